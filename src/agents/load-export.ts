/** Functions from a file that the user names: the agent stays as it is, and does something else. */
import { createRequire } from "node:module";
import path from "node:path";
import type { Payload } from "../messages/payload";
import type { Work } from "./work";

/**
 * Loads the function that a module exports as `work`. The path is relative to the current folder; a .ts
 * file needs ts-node around this process.
 * @throws TypeError when the file cannot be loaded or has no such export.
 */
export function loadWork(file: string): Work {
  return loadFunction(file, "work") as Work;
}

/** Loads the function that a module exports as `createData`, as loadWork does: it gives the data of task `n`. */
export function loadCreateData(file: string): (n: number) => Payload | Promise<Payload> {
  return loadFunction(file, "createData") as (n: number) => Payload;
}

function loadFunction(file: string, name: string): unknown {
  const exported = load(file)?.[name];
  if (typeof exported === "function") return exported;
  throw new TypeError(
    `Cannot use ${file} as it must export a function named ${name}: its ${name} is of type ${typeof exported}`,
  );
}

function load(file: string): Record<string, unknown> | null {
  try {
    return createRequire(__filename)(path.resolve(file)) as Record<string, unknown> | null;
  } catch (error) {
    const [reason] = String((error as Error).message).split("\n");
    const isSource = /\.[cm]?ts$/.test(file);
    const advice = isSource ? " (a TypeScript file needs ts-node, or to be compiled first)" : "";
    throw new TypeError(`Cannot load ${file}: ${reason}${advice}`, { cause: error });
  }
}
