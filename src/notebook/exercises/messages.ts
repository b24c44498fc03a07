/** Chapter 2, your turn: tell tasks, END and garbage apart. */
import { inspect } from "node:util";
import { createContext, Script } from "node:vm";
import { Context, Pull, Push } from "zeromq";
import { encodeFrame, parseTaskFrame } from "../../messages/frame";
import { createEndMessage, createTaskMessage, isEndMessage } from "../../messages/task-message";
import { withSockets } from "../../transport/sockets";
import { strayFrames } from "../experiments/stray-frames";
import { showVerdict, type Verdict } from "./verdict";

/** What a frame can be. */
export type FrameKind = "task" | "end" | "garbage";

/** The reader's function: says "task", "end" or "garbage" for a frame. */
export type ReadTask = (frame: Buffer) => unknown;

/** One way to solve it. */
export function solveReadTask(frame: Buffer): FrameKind {
  const parsed = parseTaskFrame(frame);
  if (!parsed.ok) return "garbage";
  return isEndMessage(parsed.message) ? "end" : "task";
}

/** Runs the reader's function on real frames and shows what it made of them. */
export async function checkReadTask(readTask: ReadTask): Promise<void> {
  showVerdict(await tryReadTask(readTask));
}

/** Sends tasks, END and garbage over a real pair of sockets; explains the first frame that is read wrong. */
export async function tryReadTask(readTask: ReadTask): Promise<Verdict> {
  let verdict: Verdict = { passed: false, explanation: "the check itself was stopped." };
  await withSockets(undefined, async (open) => {
    const context = new Context();
    const [sender, receiver] = [
      open(new Push({ context, linger: 0 })),
      open(new Pull({ context })),
    ];
    await receiver.bind("tcp://127.0.0.1:*");
    sender.connect(receiver.lastEndpoint!);
    verdict = await readAll(readTask, sender, receiver);
  });
  return verdict;
}

interface Sample {
  frame: Buffer;
  kind: FrameKind;
  /** What the frame is, for the reader. */
  what: string;
}

/** The same in every run, so that a verdict reads the same. */
const MADE_AT = Date.UTC(2026, 0, 1);

const samples: Sample[] = [
  task("Task_1_payload", "an ordinary task"),
  { frame: encodeFrame(createEndMessage()), kind: "end", what: "the END" },
  task(null, "a task whose data is null, but no END: its task_id is a UUID"),
  ...Object.entries(strayFrames).map(([what, frame]) => garbage(frame, what)),
  garbage(Buffer.from("null"), "JSON, but no object"),
  garbage(
    encodeFrame(createTaskMessage("Task_9_payload", MADE_AT)).subarray(0, -9),
    "a task cut short",
  ),
  task({ task_id: "END_OF_TASKS" }, "a task whose data only looks like END"),
];

function task(data: Parameters<typeof createTaskMessage>[0], what: string): Sample {
  return { frame: encodeFrame(createTaskMessage(data, MADE_AT)), kind: "task", what };
}

function garbage(frame: Buffer, what: string): Sample {
  return { frame, kind: "garbage", what };
}

async function readAll(readTask: ReadTask, sender: Push, receiver: Pull): Promise<Verdict> {
  for (const [index, sample] of samples.entries()) {
    await sender.send(sample.frame);
    const [frame] = await receiver.receive();
    const problem = readOne(readTask, frame!, sample);
    if (problem === undefined) continue;
    const which = `Frame ${index + 1} of ${samples.length} is ${excerpt(sample)} (${sample.what}).`;
    return { passed: false, explanation: `${which} ${problem}` };
  }
  const count = (kind: FrameKind) => samples.filter((sample) => sample.kind === kind).length;
  return {
    passed: true,
    explanation: `All ${samples.length} frames were read right: ${count("task")} tasks, ${count("end")} END, ${count("garbage")} pieces of garbage.`,
  };
}

/** What it would mean for a worker that a frame of this kind gets that answer. */
function consequence(kind: FrameKind, answer: unknown): string {
  if (answer === "end") return "A worker that reads it so stops too early.";
  if (answer !== "task" && answer !== "garbage")
    return 'Answer with one of `"task"`, `"end"` and `"garbage"`.';
  return {
    task: "A worker that reads it so never does this task.",
    end: "A worker that reads it so never stops.",
    garbage: "A worker that reads it so works on something that nobody asked for.",
  }[kind];
}

/** Says what is wrong with the answer; undefined when it is right. */
function readOne(readTask: ReadTask, frame: Buffer, { kind }: Sample): string | undefined {
  let answer: unknown;
  try {
    answer = callInTime(readTask, frame);
  } catch (error) {
    const { code } = Object(error) as NodeJS.ErrnoException;
    return code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
      ? `\`readTask\` was still busy with it after ${TIME_LIMIT_MS / 1000} s.`
      : `\`readTask\` threw \`${inline(describe(error))}\`. A worker that throws here dies, and the tasks behind the frame are lost.`;
  }
  if (answer === kind) return undefined;
  if (answer instanceof Promise) {
    answer.catch(() => {});
    return `\`readTask\` answered a promise; it is asked for the string \`"${kind}"\`, so it needs no \`async\`.`;
  }
  return `\`readTask\` answered \`${inline(describe(answer))}\`, and it is \`"${kind}"\`. ${consequence(kind, answer)}`;
}

const TIME_LIMIT_MS = 2000;
const call = new Script("answer = read(frame)");

/** Calls the reader's function; Node stops it when it takes too long, in an endless loop as well. */
function callInTime(read: ReadTask, frame: Buffer): unknown {
  const sandbox = createContext({ read, frame, answer: undefined as unknown });
  call.runInContext(sandbox, { timeout: TIME_LIMIT_MS });
  return sandbox.answer;
}

function describe(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return typeof value === "string" ? JSON.stringify(value) : inspect(value);
}

function excerpt({ frame }: Sample): string {
  return `\`${inline(frame.toString())}\``;
}

/** Short, and without what would end a piece of code in Markdown. */
function inline(text: string): string {
  const line = text.replaceAll("`", "'").replace(/\s+/g, " ");
  return line.length > 90 ? `${line.slice(0, 60)} … ${line.slice(-20)}` : line;
}
