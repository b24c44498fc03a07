/** Parts of an answer on their way, while the answer is still being made. */
import type { Payload } from "../messages/payload";

/** How parts leave an agent. */
export interface Exit {
  /** Writes a part, counted from 0. Throws a TypeError or RangeError for one that cannot be sent. */
  encode: (data: Payload, part: number) => Buffer[];
  /** Hands a message over, however long that takes; false when nobody takes it any more. */
  deliver: (frames: Buffer[]) => Promise<boolean>;
}

/**
 * The parts of one task, one after the other. Work does not wait for its parts: what a slow receiver has not taken yet
 * queues here. But the task only ends when all are through, so no more than one task's parts ever queue.
 */
export class PartStream {
  #delivered: Promise<boolean> = Promise.resolve(true);
  #parts = 0;
  #isOver = false;

  constructor(private readonly exit: Exit) {}

  /** Sends a part and returns at once; ignored when the stream has ended. @throws as `encode` does. */
  readonly send = (data: Payload): void => {
    if (this.#isOver) return;
    const frames = this.exit.encode(data, this.#parts);
    this.#parts++;
    this.#delivered = this.#delivered.then((isHeard) => isHeard && this.exit.deliver(frames));
    this.#delivered.catch(() => {}); // `end` throws it, if the task gets that far
  };

  /** Takes no more parts, and waits until all are delivered; false when nobody takes them any more. */
  end(): Promise<boolean> {
    this.#isOver = true;
    return this.#delivered;
  }
}
