/** The messages of the Clustered Hashmap Protocol in a few words, as they pass. */
import { ICANHAZ, KTHXBAI } from "../../messages/clone";
import { parseKeyValue, propertyOf, type KeyValueMessage } from "../../messages/clone/frames";
import { parseSubscription } from "../../messages/start-signal";

/** Values longer than this are cut. */
const MOST_CHARACTERS = 16;

/** Names a message and what it carries: `KVPUB 3: /lamp = "on"`. */
export function describeMessage(frames: readonly Buffer[]): string {
  if (frames.length === 1) return describeSubscription(frames[0]!);
  if (String(frames[0]) === ICANHAZ) return `${ICANHAZ} ${placeOf(String(frames[1]))}`;
  const parsed = parseKeyValue(frames);
  return parsed.ok ? describeKeyValue(parsed.message) : `nonsense: ${parsed.reason}`;
}

function describeSubscription(frame: Buffer): string {
  const subscription = parseSubscription(frame);
  if (!subscription) return "nonsense";
  const { subscribed, topic } = subscription;
  return `${subscribed ? "subscribes to" : "leaves"} ${placeOf(topic)}`;
}

/** KVSYNC, KVPUB and KVSET have the same frames: only the server numbers, and only KVPUB names it. */
function describeKeyValue({ key, sequence, properties, value }: KeyValueMessage): string {
  if (key === KTHXBAI) return `${KTHXBAI}: up to ${sequence}`;
  if (key === "HUGZ") return "HUGZ";
  const isUpdate = propertyOf(properties, "after") !== undefined;
  const name = isUpdate ? `KVPUB ${sequence}` : sequence > 0 ? "KVSYNC" : "KVSET";
  return `${name}: ${key} ${value.length === 0 ? "deleted" : `= ${cut(String(value))}`}`;
}

function placeOf(subtree: string): string {
  return subtree === "" ? "all" : subtree;
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
