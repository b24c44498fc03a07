/** What payload formats cost, as bars: bytes, or the time of writing and reading. */
import type { PayloadCost } from "../experiments/payload-cost";
import { showGroupedBars, type GroupedNumbers } from "./grouped-bars";

/** Shows how many bytes each payload takes in each format. */
export async function showPayloadBytes(costs: readonly PayloadCost[]): Promise<void> {
  const title = "One message: its size";
  await showGroupedBars(byPayload(costs, "bytes"), { title, unit: "bytes" });
}

/** Shows how long it takes to write and to read each payload, together. */
export async function showPayloadTimes(costs: readonly PayloadCost[]): Promise<void> {
  const title = "One message: the time to write it and to read it";
  await showGroupedBars(byPayload(costs, "time"), { title, unit: "microseconds" });
}

/** The numbers of either picture. Without binary data a multipart message is JSON: it has no bars of its own. */
export function byPayload(costs: readonly PayloadCost[], what: "bytes" | "time"): GroupedNumbers {
  const groups: GroupedNumbers = {};
  for (const { payload, codec, bytes, encode, decode } of costs) {
    if (codec === "multipart") continue;
    (groups[payload] ??= {})[codec] = what === "bytes" ? bytes : encode + decode;
  }
  return groups;
}
