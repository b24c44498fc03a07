/** The last update of each topic, as it came. */

/** An update as two frames. */
export type UpdateFrames = [topic: Buffer, body: Buffer];

/** Keeps one update a topic. */
export class LastValues {
  readonly #byTopic = new Map<string, UpdateFrames>();

  constructor(private readonly maxTopics: number) {}

  /** How many topics it keeps. */
  get size(): number {
    return this.#byTopic.size;
  }

  /** Keeps an update in the place of the one before; false when its topic would be one too many. */
  keep(topic: string, frames: UpdateFrames): boolean {
    if (!this.#byTopic.has(topic) && this.size >= this.maxTopics) return false;
    this.#byTopic.set(topic, frames);
    return true;
  }

  /** The last updates of the topics that begin with any of these bytes, each once. */
  startingWith(prefixes: readonly Buffer[]): UpdateFrames[] {
    const fits = (topic: Buffer) =>
      prefixes.some((prefix) => topic.subarray(0, prefix.length).equals(prefix));
    return [...this.#byTopic.values()].filter(([topic]) => fits(topic));
  }
}
