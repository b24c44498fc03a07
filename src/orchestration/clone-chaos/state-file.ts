/** What a process of a run leaves behind: the state that it ended with. */
import { readFileSync, writeFileSync } from "node:fs";
import type { SharedMap } from "../../agents/clone/client/shared-map";
import type { JsonValue } from "../../messages/json-value";
import { overKeyOf } from "./plan";

/** The entries of a map, sorted by key. */
export type MapState = [key: string, value: JsonValue][];

/** Waits for the mark that the run is over, and writes down what the map holds then. */
export async function keepFinalState(
  map: SharedMap,
  subtree: string,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const changes = map.changes(signal);
  const isOver = () => map.get(overKeyOf(subtree)) !== undefined;
  if (!isOver()) for await (const change of changes) if (change && isOver()) break;
  writeFileSync(file, JSON.stringify(map.entries()));
}

/** Reads it. */
export function readState(file: string): MapState {
  return JSON.parse(readFileSync(file, "utf8")) as MapState;
}
