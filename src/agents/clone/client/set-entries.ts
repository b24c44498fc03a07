/** What the client does when it is told on the command line: `--set /agents/a=1`. */
import type { JsonValue } from "../../../messages/json-value";
import type { CloneBody } from "./session";

/** Makes the body that sets each entry, or deletes it when nothing stands behind the "=". */
export function setEntries(texts: readonly string[], ttlMs?: number): CloneBody {
  const entries = texts.map(readEntry);
  return async (map) => {
    for (const { key, value } of entries)
      await (value === undefined ? map.delete(key) : map.set(key, value, { ttlMs }));
  };
}

/** Reads "/agents/a=1": JSON, or else a text. @throws TypeError when there is no "=". */
export function readEntry(text: string): { key: string; value?: JsonValue } {
  const equals = text.indexOf("=");
  if (equals < 0)
    throw new TypeError(
      `Cannot use set as it must be like /agents/a=1: current value is "${text}"`,
    );
  const key = text.slice(0, equals);
  const value = text.slice(equals + 1);
  if (value === "") return { key };
  try {
    return { key, value: JSON.parse(value) as JsonValue };
  } catch {
    return { key, value };
  }
}
