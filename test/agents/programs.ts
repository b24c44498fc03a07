/** The agents as a reader runs them: programs of their own, through ts-node. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { TestContext } from "node:test";
import { freePort } from "../free-port";

const root = path.join(__dirname, "../..");

/** A running agent; what it says is kept. */
export class Program {
  stdout = "";
  stderr = "";
  readonly child;
  readonly #exit: Promise<[number | null, string | null]>;

  constructor(t: TestContext, name: string, flags: string[] = [], env: NodeJS.ProcessEnv = {}) {
    const args = ["-r", "ts-node/register/transpile-only", `src/agents/${name}.ts`, ...flags];
    this.child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env } });
    this.#exit = once(this.child, "close") as Promise<[number | null, string | null]>;
    this.child.stdout.on("data", (text) => (this.stdout += String(text)));
    this.child.stderr.on("data", (text) => (this.stderr += String(text)));
    t.after(() => this.child.kill("SIGKILL"));
  }

  /** Resolves as soon as it has printed this. */
  async says(text: string): Promise<void> {
    while (!this.stdout.includes(text)) await once(this.child.stdout, "data");
  }

  /** Its exit code, once all it said has arrived; the signal's name if it was killed. */
  async exit(): Promise<number | string | null> {
    const [code, signal] = await this.#exit;
    return code ?? signal;
  }
}

/** Three free addresses, as environment variables. */
export async function freeAddresses() {
  const [tasks, results, control] = [await freePort(), await freePort(), await freePort()];
  return {
    TASK_VENTILATOR_ADDR: `tcp://127.0.0.1:${tasks}`,
    RESULT_COLLECTOR_ADDR: `tcp://127.0.0.1:${results}`,
    CONTROL_SYNC_ADDR: `tcp://127.0.0.1:${control}`,
  };
}
