/** A conversation with the workers of a broker: a question, its answer, and then whatever follows from it. */
import { setMaxListeners } from "node:events";
import type { DeadLetter } from "../../../messages/dead-letter";
import type { Payload } from "../../../messages/payload";
import type { ResultMessage } from "../../../messages/result-message";
import { createTaskMessage, type TaskMessage } from "../../../messages/task-message";
import { unlessAborted } from "../../../transport/patience";
import { checkService } from "../protocol-options";
import type { Requester } from "./requester";

/**
 * Asks a service to do one task, and gives its result. Many may be asked at a time; while `maxOutstanding` are
 * unanswered, the next ones wait, in order. A failed task is tried again as the retry policy says.
 * @throws DeadLetterError when the task ends without a result.
 * @throws what the signal says when it aborts: then the broker is told, and whoever works on the task stops.
 */
export type Ask = (service: string, data: Payload, options?: AskOptions) => Promise<ResultMessage>;

/** How to ask. */
export interface AskOptions {
  /** Gives the task up when it aborts. */
  signal?: AbortSignal;
  /**
   * Takes the parts of the answer, in order, as they come. A task that is tried again sends its parts anew. What
   * it throws ends the task.
   */
  onPart?: (part: Payload, workerId: string) => void;
}

/** What a client does instead of a list of tasks. `over` aborts when there is no more use in going on. */
export type Converse = (ask: Ask, over: AbortSignal) => Promise<void>;

/** A task that was asked for ended without a result. */
export class DeadLetterError extends Error {
  override readonly name = "DeadLetterError";

  constructor(readonly deadLetter: DeadLetter) {
    const { name, message } = deadLetter.error;
    super(`The task came to nothing: ${name}: ${message}`);
  }
}

/** Holds a conversation, and then waits for the answers that it has asked for and not awaited. */
export async function hold(
  converse: Converse,
  requester: Requester,
  over: AbortSignal,
): Promise<void> {
  const pending = new Set<Promise<unknown>>();
  const ask: Ask = (service, data, options = {}) => {
    const answer = askOnce(requester, service, data, options);
    const settled: Promise<unknown> = answer.then(
      () => pending.delete(settled),
      // Whether it fails is the business of whoever awaits it; nobody has to.
      () => pending.delete(settled),
    );
    pending.add(settled);
    return answer;
  };
  await unlessAborted(converse(ask, over), over);
  while (pending.size > 0) await unlessAborted(Promise.all(pending), over);
}

async function askOnce(
  requester: Requester,
  service: string,
  data: Payload,
  { signal, onPart }: AskOptions,
): Promise<ResultMessage> {
  checkService(service);
  const task = createTaskMessage(data, requester.now);
  const wanted = AbortSignal.any([requester.signal, ...(signal ? [signal] : [])]);
  setMaxListeners(0, wanted);
  try {
    const answer = await requester.askFor(task, service, wanted, onPart);
    return await unlessAborted(answer.result, wanted);
  } catch (error) {
    requester.drop(task, error);
    throw requester.lost ? asLost(task, requester.lost, error) : error;
  }
}

/** One that was still waiting for its turn when the broker was lost has no history. */
function asLost(task: TaskMessage, error: DeadLetter["error"], thrown: unknown): unknown {
  return thrown instanceof DeadLetterError
    ? thrown
    : new DeadLetterError({ task, error, attempts: [] });
}
