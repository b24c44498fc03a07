/** Who waits for which answer. Pure: no sockets, no clock. */
import type { DeadLetter } from "../../../messages/dead-letter";
import type { Payload } from "../../../messages/payload";
import type { ResultMessage } from "../../../messages/result-message";
import { DeadLetterError, type AskOptions } from "./ask";

/** Those who have asked for a task, by its task_id. */
export class Askers {
  readonly #waiting = new Map<string, Asker>();

  /** Promises the result of a task. */
  promise(taskId: string, onPart?: AskOptions["onPart"]): Promise<ResultMessage> {
    const result = new Promise<ResultMessage>((resolve, reject) =>
      this.#waiting.set(taskId, { resolve, reject, onPart }),
    );
    result.catch(() => {}); // whoever awaits it hears of it
    return result;
  }

  /** Passes a part on. What its taker throws ends the wait. */
  part(taskId: string, part: Payload, workerId: string): void {
    const asker = this.#waiting.get(taskId);
    try {
      asker?.onPart?.(part, workerId);
    } catch (error) {
      this.#take(taskId)?.reject(error);
    }
  }

  resolve(result: ResultMessage): void {
    this.#take(result.task_id)?.resolve(result);
  }

  bury(deadLetter: DeadLetter): void {
    this.#take(deadLetter.task.task_id)?.reject(new DeadLetterError(deadLetter));
  }

  /** Nobody waits for this task any more. */
  forget(taskId: string): void {
    this.#waiting.delete(taskId);
  }

  #take(taskId: string): Asker | undefined {
    const asker = this.#waiting.get(taskId);
    this.#waiting.delete(taskId);
    return asker;
  }
}

interface Asker extends Pick<AskOptions, "onPart"> {
  resolve(result: ResultMessage): void;
  reject(error: unknown): void;
}
