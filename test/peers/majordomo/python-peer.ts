/** Majordomo peers written by others, or as others write them: the Python programs of this folder. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { findVenvPython } from "../../notebooks/venv-python";
import { toFlags, type Ending } from "../programs";

export type PythonProgram =
  "majortomo_broker" | "majortomo_worker" | "majortomo_client" | "mdp01_worker" | "mdp01_client";

/** Its flags, in camel case. */
export type PeerOptions = Record<string, string | number | boolean>;

/** A program that runs, and prints a line for each thing it does. */
export interface PythonPeer {
  /** Gives the next line that matches; lines before it are passed over. Rejects when the program ends without one. */
  says(pattern: RegExp): Promise<string>;
  kill(signal: "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
  /** How it ended, with all it said. */
  ended: Promise<Ending>;
}

/** Starts a program with flags like `{ workMs: 5 }`; if it still runs after the test it is killed. */
export function startPeer(
  t: TestContext,
  program: PythonProgram,
  options: PeerOptions,
): PythonPeer {
  const file = path.join(__dirname, `${program}.py`);
  const child = spawn(findVenvPython(), [file, ...toFlags(options)], { stdio: "pipe" });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, "close").then(([code]): Ending => ({
    code: code as number | null,
    ...output,
  }));
  t.after(async () => {
    child.kill("SIGKILL");
    await ended;
  });

  const says = async (pattern: RegExp): Promise<string> => {
    for (let next = await lines.next(); !next.done; next = await lines.next())
      if (pattern.test(next.value)) return next.value;
    throw new Error(`${program}.py ended without ${pattern}: ${JSON.stringify(await ended)}`);
  };
  return { says, kill: (signal) => child.kill(signal), ended };
}

/** Waits for a client's end and gives what it printed, a line of JSON each; it must have ended without a complaint. */
export async function answersOf(client: PythonPeer): Promise<unknown[]> {
  const { code, stdout, stderr } = await client.ended;
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  const lines = stdout.trim().split(/\r?\n/);
  return lines.map((line) => JSON.parse(line) as unknown);
}
