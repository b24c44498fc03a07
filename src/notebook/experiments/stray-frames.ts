/** What a stranger may send to a port of ours, and what that costs a receiver. */
import { Context, Pull, Push } from "zeromq";
import { encodeFrame, MAX_FRAME_BYTES, parseTaskFrame } from "../../messages/frame";
import {
  createEndMessage,
  createTaskMessage,
  END_OF_TASKS,
  isEndMessage,
  type TaskMessage,
} from "../../messages/task-message";
import { withSockets } from "../../transport/sockets";

/** Reads tasks until END, and hands on the id of each. */
export type TaskReceiver = (tasks: Pull, handle: (taskId: string) => void) => Promise<void>;

/** Trusts every frame. */
export async function naiveReceiver(tasks: Pull, handle: (taskId: string) => void): Promise<void> {
  for await (const [frame] of tasks) {
    const { task_id } = JSON.parse(String(frame)) as TaskMessage;
    if (task_id === END_OF_TASKS) return;
    handle(task_id);
  }
}

/** Trusts no frame: what is no task is passed over, and the next one is read. */
export async function carefulReceiver(
  tasks: Pull,
  handle: (taskId: string) => void,
): Promise<void> {
  for await (const [frame] of tasks) {
    const parsed = parseTaskFrame(frame!);
    if (!parsed.ok) continue;
    if (isEndMessage(parsed.message)) return;
    handle(parsed.message.task_id);
  }
}

/** Six frames that are no task, by what is wrong with them. */
export const strayFrames: Readonly<Record<string, Buffer>> = {
  "not UTF-8": Buffer.from([0x68, 0x69, 0xff, 0xfe]),
  "not JSON": Buffer.from("hello?"),
  "a bare number": Buffer.from("42"),
  "no task_id": Buffer.from(`{"data":"Task_1_payload","timestamp":1}`),
  "wrong types": Buffer.from(`{"task_id":7,"data":"Task_1_payload","timestamp":"now"}`),
  "too large": Buffer.from(
    `{"task_id":"big","data":"${"x".repeat(MAX_FRAME_BYTES)}","timestamp":1}`,
  ),
};

/** What one stray frame among the tasks did to a receiver. */
export interface Damage {
  "stray frame": string;
  "tasks done": string;
  "strays taken for a task": number;
  "ended by": string;
}

const TASKS_BEFORE = 3;
const TASKS_AFTER = 6;

/**
 * Sends, over a real socket, three tasks, a stray frame, six more tasks and END; once for each stray
 * frame. Ends early, with the rows so far, when `signal` aborts.
 */
export async function measureDamage(
  receiver: TaskReceiver,
  signal?: AbortSignal,
): Promise<Damage[]> {
  const rows: Damage[] = [];
  for (const [name, stray] of Object.entries(strayFrames)) {
    await withSockets(signal, async (open) => {
      // What a dead receiver has left unread is not waited for.
      const context = new Context();
      const tasks = open(new Push({ context, linger: 0 }));
      const incoming = open(new Pull({ context, linger: 0 }));
      await incoming.bind("tcp://127.0.0.1:*");
      tasks.connect(incoming.lastEndpoint!);
      rows.push(await meet(receiver, name, stray, tasks, incoming));
    });
  }
  return rows;
}

async function meet(
  receiver: TaskReceiver,
  name: string,
  stray: Buffer,
  tasks: Push,
  incoming: Pull,
): Promise<Damage> {
  const messages = Array.from({ length: TASKS_BEFORE + TASKS_AFTER }, (_, index) =>
    createTaskMessage(`Task_${index + 1}_payload`),
  );
  const frames = [...messages, createEndMessage()].map((message) => encodeFrame(message));
  frames.splice(TASKS_BEFORE, 0, stray);
  const handled: unknown[] = [];
  const ended = receiver(incoming, (taskId) => handled.push(taskId)).then(() => "END", String);
  for (const frame of frames) await tasks.send(frame);
  const endedBy = await ended;
  const done = messages.filter(({ task_id }) => handled.includes(task_id)).length;
  return {
    "stray frame": name,
    "tasks done": `${done} of ${messages.length}`,
    "strays taken for a task": handled.length - done,
    "ended by": endedBy,
  };
}
