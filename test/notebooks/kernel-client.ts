/** Talks to a real kernel through Jupyter's own client: kernel_client.py does the work. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findVenvPython, jupyterEnvironment } from "./venv-python";

/** An iopub message: `stream`, `display_data`, `error`, …, with its content. */
export interface Output {
  type: string;
  name?: string;
  text?: string;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

export interface CellResult {
  reply: { status: string; ename?: string; evalue?: string; traceback?: string[] };
  outputs: Output[];
}

/** Starts a kernel and a client for it. The kernel ends with `close`. */
export async function connectKernel() {
  const python = spawn(findVenvPython(), [join(__dirname, "kernel_client.py")], {
    stdio: ["pipe", "pipe", "inherit"],
    env: jupyterEnvironment(),
  });
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const line: IteratorResult<string, undefined> = await lines.next();
    if (line.done === true)
      throw new Error("Cannot talk to the kernel: its client ended. See its message above.");
    return JSON.parse(line.value);
  };
  const ask = (command: object): Promise<unknown> => {
    python.stdin.write(`${JSON.stringify(command)}\n`);
    return answer();
  };
  const { pid } = (await answer()) as { pid: number };
  return {
    pid,
    client: python,
    /** Runs cells that are all sent at once. */
    runAll: (...execute: string[]) => ask({ execute }) as Promise<CellResult[]>,
    run: async (source: string) => ((await ask({ execute: [source] })) as [CellResult])[0],
    /** Runs a cell and interrupts the kernel once an output holds the text. */
    interrupt: async (interruptAfter: string, source: string) =>
      ((await ask({ execute: [source], interruptAfter })) as [CellResult])[0],
    /** Waits for an output that comes when its cell is done already. */
    lateOutput: () => ask({ late: true }) as Promise<{ source: string; output: Output }>,
    info: () => ask({ info: true }) as Promise<Record<string, unknown>>,
    shutDown: () => ask({ shutdown: true }) as Promise<{ exitCode: number }>,
    close: async () => {
      python.stdin.end();
      if (python.exitCode === null && python.signalCode === null) await once(python, "exit");
    },
  };
}

export type KernelConnection = Awaited<ReturnType<typeof connectKernel>>;

/** All that a cell printed to standard output. */
export function printed({ outputs }: CellResult): string {
  return outputs.flatMap(({ name, text }) => (name === "stdout" ? [text] : [])).join("");
}
