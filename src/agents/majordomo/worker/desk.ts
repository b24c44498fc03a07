/** Where the one request of a conversation is worked on: from the request to its FINAL. */
import type { FrameProblem } from "../../../messages/codec";
import { encodeMessage, parseTask } from "../../../messages/frame";
import type { Payload } from "../../../messages/payload";
import { createFailedResult, createResultMessage } from "../../../messages/result-message";
import { END_OF_TASKS, isEndMessage, type TaskMessage } from "../../../messages/task-message";
import { workOn } from "../../work-on";
import type { Request } from "./broker-command";
import type { Conversation, Listener } from "./conversation";
import type { MajordomoWorkerSummary } from "../events";
import { taskIdOf } from "../task-id";
import type { Lane } from "./lane";
import type { WorkerSettings } from "./worker-options";

/** What the seats of one worker share. */
export interface Workplace {
  settings: WorkerSettings;
  summary: MajordomoWorkerSummary;
  /** Where tasks wait for their turn. */
  lane: Lane;
  /** Aborts when the worker has to go. */
  leaving: AbortSignal;
}

/** Takes the requests of one conversation, one at a time. */
export class Desk implements Listener {
  /** The task that has begun; aborts when nobody wants it any more. */
  #task?: AbortController;

  constructor(
    private readonly workplace: Workplace,
    private readonly conversation: Conversation,
  ) {
    conversation.signal.addEventListener("abort", () =>
      this.#task?.abort(conversation.signal.reason),
    );
  }

  /** Whether a task has begun and is not answered. */
  get isWorking(): boolean {
    return this.#task !== undefined;
  }

  /** Takes a request and returns at once. */
  take(request: Request): void {
    const { lane, settings } = this.workplace;
    const { client, body } = request;
    const parsed = parseTask(body, settings);
    if (!parsed.ok) return this.#refuse(request, parsed);
    const { message } = parsed;
    if (isEndMessage(message))
      return this.#refuse(request, { code: "wrong-shape", reason: `${END_OF_TASKS} is no task` });
    lane
      .enter(this.conversation.signal, () => this.#workOn(client, message))
      .catch((error: Error) => this.conversation.end(error));
  }

  /** Counts and reports what cannot be used. */
  reject(code: FrameProblem["code"], reason: string): void {
    this.workplace.summary.framesRejected++;
    this.workplace.settings.report({ type: "frame-rejected", code, reason });
  }

  /** A client is never left without an answer, not even to a body that is no task. */
  #refuse({ client, body }: Request, { code, reason }: Omit<FrameProblem, "ok">): void {
    this.reject(code, reason);
    const failure = createFailedResult(new TypeError(`The request cannot be used: ${reason}`));
    this.#send("final", client, this.#encode(taskIdOf(body, this.workplace.settings), failure));
  }

  async #workOn(client: Buffer, message: TaskMessage): Promise<void> {
    const { settings, summary, leaving } = this.workplace;
    const { task_id: taskId, data } = message;
    const task = (this.#task = new AbortController());
    const sendPartial = (part: Payload) => {
      if (this.#task !== task || settings.dialect === "0.1") return;
      this.#send("partial", client, this.#encode(taskId, part));
    };
    await this.conversation.begin();
    settings.report({ type: "task-started", taskId, data });
    try {
      const bench = { ...settings, signal: task.signal };
      const { result, failed, answer } = await workOn(bench, message, sendPartial);
      this.#send("final", client, answer);
      summary.tasksDone++;
      if (failed) summary.tasksFailed++;
      settings.report({ type: "task-done", taskId, result, failed });
    } catch (error) {
      if (!task.signal.aborted) throw error;
      summary.tasksDropped++;
      settings.report({ type: "task-dropped", taskId, reason: reasonOf(task.signal) });
    } finally {
      this.#task = undefined;
    }
    if (leaving.aborted) this.conversation.end("left");
  }

  #send(type: "partial" | "final", client: Buffer, body: Buffer[]): void {
    this.conversation.send({ type, client, body });
  }

  #encode(taskId: string, data: Payload): Buffer[] {
    const { settings } = this.workplace;
    const { workerId, clock } = settings;
    return encodeMessage(createResultMessage(taskId, data, workerId, clock()), settings);
  }
}

function reasonOf({ reason }: AbortSignal): string {
  if (reason === "dismissed") return "the broker dismissed this worker";
  if (reason === "broker-silent") return "the broker is gone";
  return "this worker leaves and could not finish in time";
}
