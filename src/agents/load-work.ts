/** Work from a file that the user names: the agent stays as it is, and does something else. */
import { createRequire } from "node:module";
import path from "node:path";
import type { Work } from "./work";

/**
 * Loads the function that a module exports as `work`. The path is relative to the current folder; a .ts
 * file needs ts-node around this process.
 * @throws TypeError when the file cannot be loaded or has no such export.
 */
export function loadWork(file: string): Work {
  const work = load(file)?.work;
  if (typeof work === "function") return work as Work;
  throw new TypeError(
    `Cannot use ${file} as it must export a function named work: its work is of type ${typeof work}`,
  );
}

function load(file: string): { work?: unknown } | null {
  try {
    return createRequire(__filename)(path.resolve(file)) as { work?: unknown } | null;
  } catch (error) {
    const [reason] = String((error as Error).message).split("\n");
    const isSource = /\.[cm]?ts$/.test(file);
    const advice = isSource ? " (a TypeScript file needs ts-node, or to be compiled first)" : "";
    throw new TypeError(`Cannot load ${file}: ${reason}${advice}`, { cause: error });
  }
}
