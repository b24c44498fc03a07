/** The last update of each topic, as it came. */
import type { UpdateMessage } from "../../../messages/broadcast";

/** Who said it, when, and as which of its topic. */
type Origin = Pick<UpdateMessage, "publisher_id" | "sequence" | "timestamp">;

/** An update as two frames. */
export type UpdateFrames = [topic: Buffer, body: Buffer];

/** Keeps one update a topic. */
export class LastValues {
  readonly #byTopic = new Map<string, { origin: Origin; frames: UpdateFrames }>();

  constructor(private readonly maxTopics: number) {}

  /** How many topics it keeps. */
  get size(): number {
    return this.#byTopic.size;
  }

  /**
   * Keeps an update in the place of the one before; false when its topic would be one too many. What is
   * older than that one is passed over: another cache may repeat it.
   */
  keep(topic: string, origin: Origin, frames: UpdateFrames): boolean {
    const before = this.#byTopic.get(topic);
    if (!before && this.size >= this.maxTopics) return false;
    if (!before || isNewer(origin, before.origin)) this.#byTopic.set(topic, { origin, frames });
    return true;
  }

  /** The last updates of the topics that begin with any of these bytes, each once. */
  startingWith(prefixes: readonly Buffer[]): UpdateFrames[] {
    const fits = (topic: Buffer) =>
      prefixes.some((prefix) => topic.subarray(0, prefix.length).equals(prefix));
    return [...this.#byTopic.values()].map(({ frames }) => frames).filter(([topic]) => fits(topic));
  }
}

/** One publisher's numbers tell exactly; between two there are only their clocks. */
function isNewer(origin: Origin, before: Origin): boolean {
  if (origin.publisher_id === before.publisher_id) return origin.sequence > before.sequence;
  return origin.timestamp >= before.timestamp;
}
