/** A payload format on trial: a real worker uses it, and whoever is around it speaks it as well. */
import { inspect, isDeepStrictEqual } from "node:util";
import { taskProcessorAgent } from "../../agents/task-processor";
import type { AgentMessage, Codec } from "../../messages/codec";
import { MAX_FRAME_BYTES, parseResult, type Wire } from "../../messages/frame";
import type { Payload } from "../../messages/payload";
import { createTaskMessage } from "../../messages/task-message";
import { surroundByHand, type Surroundings } from "../lab/by-hand";
import type { Lab } from "../lab/room";

/** The trial is over; the message says what went wrong. */
export class TrialOver extends Error {}

/** Longer than any codec takes on a busy machine, in milliseconds. */
const PATIENCE_MS = 15_000;

const MUST_ANSWER = "Answer with `{ ok: false, code, reason }`, whatever comes.";

/** The codec that the reader wrote, among real sockets. */
export class CodecTrial {
  /** The ids of the tasks that the worker began with. */
  readonly started: string[] = [];
  #refusal: string | undefined;
  /** Hears why the worker refused a frame. */
  #refuse: (reason: string) => void = () => {};
  /** The first thing that the codec did which no codec may do. */
  #fault: string | undefined;
  readonly #wire: Wire;

  private constructor(
    private readonly codec: Codec,
    private readonly around: Surroundings,
  ) {
    this.#wire = { codec: this.#watched(), maxFrameBytes: MAX_FRAME_BYTES };
  }

  /** Starts a worker with the codec. @throws TrialOver when it is none. */
  static async open(codec: Codec, { use, signal }: Lab): Promise<CodecTrial> {
    const lacks = ["encode", "decode"].find(
      (name) => typeof (codec as unknown as Record<string, unknown> | null)?.[name] !== "function",
    );
    if (lacks) throw new TrialOver(`your codec has no function \`${lacks}\`.`);
    const around = await surroundByHand(use, ANY_PORTS);
    around.start.receiveTimeout = around.results.receiveTimeout = PATIENCE_MS;
    const trial = new CodecTrial(codec, around);
    const { taskVentilatorAddr, resultCollectorAddr, controlSyncAddr } = around;
    const addresses = { taskVentilatorAddr, resultCollectorAddr, controlSyncAddr };
    void use(
      taskProcessorAgent({
        ...addresses,
        signal,
        codec: trial.#wire.codec,
        work: (data) => data,
        onEvent(event) {
          if (event.type === "task-started") trial.started.push(event.taskId);
          if (event.type === "frame-rejected") trial.#refuse(event.reason);
        },
      }),
    );
    await around.begin(1);
    return trial;
  }

  /** What the codec makes of a message. @throws TrialOver when that is no list of Buffers. */
  encode(message: AgentMessage): Buffer[] {
    const frames = this.#wire.codec.encode(message);
    this.#judge("");
    return frames;
  }

  /** Sends a value through the worker and back. @throws TrialOver when it is not the same then. */
  async carry(what: string, data: Payload): Promise<void> {
    const refused = new Promise<undefined>((resolve) => {
      this.#refuse = (reason) => {
        this.#refusal = reason;
        resolve(undefined);
      };
    });
    const arrived = await Promise.race([this.#ask(data), refused]);
    this.#judge(`With ${what}: `);
    if (arrived === undefined)
      throw new TrialOver(`${what} never came back. ${this.#whyNot()}`.trim());
    if (isDeepStrictEqual(arrived.data, data)) return;
    throw new TrialOver(`${what} came back as \`${short(arrived.data)}\`, not as it was.`);
  }

  /** Sends a frame that is no good, then an ordinary task. @throws TrialOver when one of them went wrong. */
  async stand(what: string, frame: Buffer): Promise<void> {
    await this.around.tasks.send(frame);
    const arrived = await this.#ask("Task_2_payload");
    this.#judge(`For ${what} `, MUST_ANSWER);
    if (arrived?.data === "Task_2_payload") return;
    throw new TrialOver(`after ${what} an ordinary task did not come back. ${this.#whyNot()}`);
  }

  /** Sends one task; gives its result, or undefined when none comes. */
  async #ask(data: Payload): Promise<{ data: Payload } | undefined> {
    const task = createTaskMessage(data);
    const frames = this.#wire.codec.encode(task);
    if (this.#fault) return undefined;
    await this.around.tasks.send(frames);
    for (;;) {
      const answer = await this.around.results.receive().catch(() => undefined);
      const parsed = answer && parseResult(answer, this.#wire);
      if (!parsed?.ok) return undefined;
      // What a damaged frame happened to say may have been a task as well.
      if (parsed.message.task_id === task.task_id && "result_data" in parsed.message)
        return { data: parsed.message.result_data };
    }
  }

  #whyNot(): string {
    return this.#refusal ? `\`decode\` refused what \`encode\` had written: ${this.#refusal}.` : "";
  }

  #judge(place: string, advice = ""): void {
    if (this.#fault) throw new TrialOver(`${place}${this.#fault} ${advice}`.trim());
  }

  /** The same codec, but a fault is kept, and does not end the worker before the check can tell. */
  #watched(): Codec {
    const { codec } = this;
    return {
      name: String(codec.name),
      multipart: codec.multipart === true,
      encode: (message) => {
        const frames: unknown = this.#call("encode", () => codec.encode(message));
        if (isBuffers(frames, codec.multipart)) return frames;
        const needed = codec.multipart ? "a list of Buffers" : "a list of one Buffer";
        this.#fault ??= `\`encode\` gave \`${short(frames)}\`, where ${needed} is needed.`;
        return [Buffer.alloc(0)];
      },
      decode: (frames) => {
        const answer: unknown = this.#call("decode", () => codec.decode(frames));
        if (isAnswer(answer)) return answer;
        this.#fault ??= `\`decode\` answered \`${short(answer)}\`, which is neither a message nor a reason.`;
        return { ok: false, code: "wrong-shape", reason: "no answer" };
      },
    };
  }

  #call(name: string, work: () => unknown): unknown {
    try {
      return work();
    } catch (error) {
      this.#fault ??= `\`${name}\` threw \`${String(error)}\`. A worker dies of that, and the tasks behind are lost.`;
      return undefined;
    }
  }
}

function isBuffers(frames: unknown, multipart: boolean): frames is Buffer[] {
  if (!Array.isArray(frames) || !frames.every((frame) => Buffer.isBuffer(frame))) return false;
  return multipart ? frames.length > 0 : frames.length === 1;
}

function isAnswer(answer: unknown): answer is ReturnType<Codec["decode"]> {
  const { ok, code, reason, message } = Object(answer) as Record<string, unknown>;
  if (ok === true) return message !== undefined;
  return ok === false && typeof code === "string" && typeof reason === "string";
}

function short(value: unknown): string {
  const text = inspect(value).replaceAll("`", "'").replace(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const ANY_PORTS = {
  taskVentilatorAddr: "tcp://127.0.0.1:*",
  resultCollectorAddr: "tcp://127.0.0.1:*",
  controlSyncAddr: "tcp://127.0.0.1:*",
};
