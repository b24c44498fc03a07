/** The agents as programs: the Python ones of this folder, and the TypeScript ones of src/agents. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { findVenvPython, root } from "../notebooks/venv-python";

export type Language = "TypeScript" | "Python";
export type Agent = "task-generator" | "task-processor" | "result-collector";

/** How a program ended, and what it said. */
export interface Ending {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts an agent's program with flags like `{ workMs: 5 }`; whatever still runs after the test is killed. */
export async function runProgram(
  t: TestContext,
  language: Language,
  agent: Agent,
  options: Record<string, string | number>,
): Promise<Ending> {
  const [command, ...args] = commandOf(language, agent);
  const child = spawn(command, [...args, ...toFlags(options)], { cwd: root, stdio: "pipe" });
  t.after(() => child.kill("SIGKILL"));
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

function commandOf(language: Language, agent: Agent): [string, ...string[]] {
  if (language === "Python")
    return [findVenvPython(), path.join(__dirname, `${agent.replace("-", "_")}.py`)];
  const source = path.join(root, "src", "agents", `${agent}.ts`);
  return [process.execPath, "--require", "ts-node/register/transpile-only", source];
}

/** Turns `{ workMs: 5 }` into `--work-ms 5`; a boolean is a flag without a value, or no flag. */
export function toFlags(options: Record<string, string | number | boolean>): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (typeof value === "boolean") return value ? [flag] : [];
    return [flag, String(value)];
  });
}
