/** Many may want to send over one socket; zeromq.js refuses a second send before the first is done (EBUSY). */
import type { MessageLike, Socket, Writable } from "zeromq";

/** Sends messages one after the other, in the order in which they were handed in. */
export class Outbox {
  #last: Promise<unknown> = Promise.resolve();

  /** `onFailure`, which must not throw, hears of each message that could not be sent, unless the socket was closed. */
  constructor(
    private readonly socket: Socket & Writable<MessageLike | MessageLike[]>,
    private readonly onFailure: (
      error: NodeJS.ErrnoException,
      frames: MessageLike[],
    ) => void = () => {},
  ) {}

  /** Hands a message in and returns at once. */
  post(frames: MessageLike[], onFailure = this.onFailure): void {
    this.#last = this.#last.then(() => this.#send(frames, onFailure));
  }

  async #send(frames: MessageLike[], onFailure: typeof this.onFailure): Promise<void> {
    if (this.socket.closed) return;
    try {
      await this.socket.send(frames);
    } catch (error) {
      if (!this.socket.closed) onFailure(error as NodeJS.ErrnoException, frames);
    }
  }

  /** Waits until everything handed in so far has been taken over by libzmq. */
  async flush(): Promise<void> {
    await this.#last;
  }
}
