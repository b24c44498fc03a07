/** What a codec carries and what not: said to a sender before it sends, and to a receiver about what came. */
import { refuse, type AgentMessage, type FrameProblem } from "../codec";
import { findObstacle, type Carries } from "../payload";

/**
 * Lets a message pass that will arrive as it is sent.
 * @throws TypeError naming what is not carried, and where it is.
 * @throws RangeError when arrays and objects are nested too deep.
 */
export function checkCarried(message: AgentMessage, format: string, carries: Carries): void {
  const obstacle = findObstacle(message, carries);
  if (!obstacle) return;
  const { code, place, what } = obstacle;
  if (code === "too-deep") throw new RangeError(`Cannot send ${message.task_id}: ${what}`);
  throw new TypeError(
    `Cannot send "${place}" as ${format}: it is ${what}. Send ${wordsFor(carries)}.`,
  );
}

/** Says why a decoded message is none: it holds what a sender with this codec could not have sent. */
export function findUncarried(message: unknown, carries: Carries): FrameProblem | undefined {
  const obstacle = findObstacle({ message }, carries, 0);
  if (!obstacle) return undefined;
  const { code, place, what } = obstacle;
  if (code === "too-deep") return refuse("too-deep", what);
  return refuse("wrong-shape", `${place.replace(/^message\.?/, "") || "the message"}: is ${what}`);
}

function wordsFor({ binary, nonFinite }: Carries): string {
  const words = ["a string", nonFinite ? "a number" : "a finite number", "a boolean", "null"];
  if (binary) words.push("a Uint8Array");
  return `${words.join(", ")}, an array or an object`;
}
