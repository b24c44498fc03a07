import { strict as assert } from "node:assert";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";

const repository = path.join(__dirname, "..");
const skip = process.platform === "win32" && "finds processes with ps";

describe("npm start", { timeout: 240_000, skip }, () => {
  const squatter = createServer();

  before(() => occupy(squatter, 8888));
  after(() => squatter.close());

  it("serves the lab and its kernel on a free port, and Ctrl-C ends all of it", async () => {
    const child = start(process.execPath, ["setup.cjs", "start", "--no-browser"]);
    const exited = once(child, "exit");
    const address = await printedAddress(child);
    assert.notEqual(address.port, "8888");
    assert.equal((await fetch(address)).status, 200);
    await hasTypeScriptKernel(address);
    await startKernel(address);
    const processes = descendants(child.pid);
    assert.ok(processes.length >= 3, "JupyterLab, the compiler and the kernel run");
    child.kill("SIGINT");
    assert.deepEqual(await exited, [0, null]);
    assert.deepEqual(processes.filter(isAlive), []);
  });

  it("ends with npm, even if npm's shell does not pass the signal on", async () => {
    const child = start("npm", ["start", "--", "--no-browser"]);
    await printedAddress(child);
    const processes = descendants(child.pid);
    child.kill("SIGTERM");
    while (processes.some(isAlive)) await setTimeout(50);
  });
});

function start(file: string, args: string[]): ChildProcess {
  return spawn(file, args, { cwd: repository, stdio: ["ignore", "pipe", "pipe"] });
}

async function printedAddress(child: ChildProcess): Promise<URL> {
  assert.ok(child.stdout && child.stderr);
  const complaints: string[] = [];
  createInterface(child.stderr).on("line", (line) => complaints.push(line));
  for await (const line of createInterface(child.stdout)) {
    const address = /http:\/\/\S+\?token=\w+/.exec(line);
    if (address !== null) return new URL(address[0]);
  }
  return assert.fail(`no address was printed, but:\n${complaints.join("\n")}`);
}

async function hasTypeScriptKernel(address: URL): Promise<void> {
  const response = await fetch(new URL(`/api/kernelspecs${address.search}`, address));
  const answer = (await response.json()) as {
    kernelspecs: Record<string, { spec: { display_name: string } }>;
  };
  assert.equal(answer.kernelspecs["tslab"]?.spec.display_name, "TypeScript");
}

async function startKernel(address: URL): Promise<void> {
  const response = await fetch(new URL(`/api/kernels${address.search}`, address), {
    method: "POST",
    body: JSON.stringify({ name: "tslab" }),
  });
  assert.equal(response.status, 201);
}

function descendants(root: number | undefined): number[] {
  const table = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" });
  const pairs = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = [root];
  for (const parent of found) {
    for (const [pid, itsParent] of pairs) if (itsParent === parent) found.push(pid);
  }
  return found.slice(1).filter((pid) => pid !== undefined);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Somebody else may have the port already, which is as good. */
async function occupy(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve) => {
    server.once("error", () => resolve());
    server.listen(port, "127.0.0.1", resolve);
  });
}
