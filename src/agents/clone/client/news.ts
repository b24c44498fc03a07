/** Lets many wait, each for a condition of its own. */
import { EventEmitter, once, setMaxListeners } from "node:events";

/** For one run: all waits end when `over` aborts. */
export class News {
  readonly #news = new EventEmitter();

  constructor(private readonly over: AbortSignal) {
    setMaxListeners(0, over, this.#news);
  }

  /** Something has changed: whoever waits looks again. */
  tell(): void {
    this.#news.emit("news");
  }

  /** Waits for the next news; rejects when `signal` aborts. */
  async another(signal: AbortSignal): Promise<void> {
    await once(this.#news, "news", { signal });
  }

  /** Waits until `condition()`, which is looked at now and with all news; rejects when `signal` aborts or all is over. */
  async until(condition: () => boolean, signal?: AbortSignal): Promise<void> {
    const end = signal ? AbortSignal.any([signal, this.over]) : this.over;
    while (!condition()) await this.another(end);
  }
}
