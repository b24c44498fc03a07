/** JupyterLab, as `npm start` serves it, for a browser without a window. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { root } from "./venv-python";

/** Starts the server; `url` leads to a file of the repository. */
export async function startLab() {
  // Exposed, so that a test can ask for the outputs of cells that are scrolled out of sight.
  const options = ["--no-browser", "--LabApp.expose_app_in_browser=True"];
  const server = spawn(process.execPath, ["setup.cjs", "start", ...options], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  server.stderr.on("data", (text: Buffer) => log.push(text.toString()));
  const address = await findAddress(server.stdout, log);
  return {
    /** A workspace of its own: what a reader has open stays as it is. */
    url: (file: string) =>
      `${address.origin}/lab/workspaces/test/tree/${file}${address.search}&reset`,
    stop: async () => {
      if (server.exitCode !== null) return;
      server.kill("SIGINT");
      await once(server, "exit");
    },
  };
}

async function findAddress(output: NodeJS.ReadableStream, log: string[]): Promise<URL> {
  const lines = createInterface({ input: output });
  lines.on("line", (line) => log.push(`${line}\n`));
  const address = await new Promise<string | undefined>((resolve) => {
    lines.on("line", (line) => /http:\S+token=\S+/.test(line) && resolve(line.trim()));
    lines.on("close", () => resolve(undefined));
  });
  if (address === undefined) throw new Error(`JupyterLab did not start:\n${log.join("")}`);
  return new URL(address);
}
