import assert from "node:assert/strict";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { Context, Pull } from "zeromq";
import { bindSocket } from "../../src/transport/sockets";
import { findVenvPython, root } from "../notebooks/venv-python";
import { anyPorts } from "./ports";

const addressFlags = [
  ...["--task-ventilator-addr", anyPorts.taskVentilatorAddr],
  ...["--result-collector-addr", anyPorts.resultCollectorAddr],
  ...["--control-sync-addr", anyPorts.controlSyncAddr],
];
const quick = [...addressFlags, "--task-delay-ms", "0", "--work-ms", "5"];

const demo = [path.join(root, "node_modules/ts-node/dist/bin.js"), "src/orchestration/demo.ts"];

/** Starts the demonstration without a terminal; it is killed with the test at the latest. */
function start(t: TestContext, ...flags: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [...demo, ...flags], { cwd: root });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

/** Waits for the end of a program; gives all it said. */
async function ending(child: ChildProcessWithoutNullStreams) {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

test("npm run demo runs it, and passes flags on", { timeout: 480_000 }, async (t) => {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const options = { cwd: root, shell: process.platform === "win32" };
  const child = spawn(npm, ["run", "--silent", "demo", "--", ...quick, "--tasks", "3"], options);
  t.after(() => child.kill("SIGKILL"));
  const { code, stdout } = await ending(child);
  assert.equal(code, 0);
  assert.match(stdout, /complete: 3 results, \d+\.\d s from START to the last word/);
});

for (const way of ["in one event loop", "--processes"])
  test(`plain lines without a terminal, ${way}`, { timeout: 480_000 }, async (t) => {
    const flags = [...quick, "--tasks", "6", "--workers", "3"];
    if (way === "--processes") flags.push(way);
    const { code, stdout, stderr } = await ending(start(t, ...flags));
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    const log = lines.slice(0, lines.indexOf(""));
    for (const line of log) assert.match(line, /^\[(Generator|Worker-[123]|Collector)\] \S/);
    assert.ok(log.includes("[Generator] sent Task_6_payload"), stdout);
    assert.ok(log.includes("[Collector] Worker-3 is done"), stdout);
    assert.equal(log.filter((line) => line.includes("] received Result_for_(")).length, 6);
    assert.equal(
      log.filter((line) => line.includes("is process")).length,
      way === "--processes" ? 5 : 0,
    );
    const [headline, ...shares] = lines.slice(lines.indexOf("") + 1);
    assert.match(headline!, /^complete: 6 results, \d+\.\d s from START to the last word$/);
    const expected = ["1", "2", "3"].map((worker) => `  Worker-${worker}: 2 results`);
    assert.deepEqual(shares.sort(), expected);
  });

const noTerminal = process.platform === "win32" && "Python has no pty module on Windows";

test("a progress bar in a terminal", { timeout: 480_000, skip: noTerminal }, async (t) => {
  const flags = [...quick, "--work-ms", "200", "--tasks", "4"];
  const { code, stdout } = await ending(startInTerminal(t, "", ...flags));
  assert.equal(code, 0);
  assert.match(stdout, /█+ 4\/4 results/);
  assert.match(stdout, /[░█]+ [0-3]\/4 results/, "the bar never moved");
  assert.match(stdout, /\[Collector\] received Result_for_\(Task_4_payload\)/);
  assert.match(stdout, /\[Collector\] Worker-2 is done/);
  assert.match(stdout, /complete: 4 results/);
  assert.ok(stdout.lastIndexOf("\x1b[?25h") > stdout.lastIndexOf("\x1b[?25l"), "no cursor is left");
});

/** Starts the demonstration in a terminal; Ctrl-C is pressed when `text` appears there. */
function startInTerminal(t: TestContext, text: string, ...flags: string[]) {
  const program = path.join(__dirname, "terminal.py");
  const args = [program, text, process.execPath, ...demo, ...flags];
  const child = spawn(findVenvPython(), args, {
    cwd: root,
    env: { ...process.env, TERM: "xterm" },
  });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

test("--help shows the flags", { timeout: 480_000 }, async (t) => {
  const { code, stdout, stderr } = await ending(start(t, "--help"));
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  for (const flag of ["--tasks", "--workers", "--task-delay-ms", "--work-ms", "--processes"])
    assert.ok(stdout.includes(flag), `${flag} is not in the help`);
  assert.match(stdout, /tcp:\/\/127\.0\.0\.1:5557/);
});

const wrongFlags: [string[], RegExp][] = [
  [["--tasks", "many"], /--tasks.*whole number/],
  [["--workers", "0"], /Cannot use workers as it must be a whole number from 1 up/],
  [["--work-ms", "-1"], /--work-ms.*milliseconds/],
  [["--task-ventilator-addr", "5557"], /Cannot use taskVentilatorAddr.*"5557"/],
  [["--colour", "red"], /unknown option '--colour'/],
];
for (const [flags, complaint] of wrongFlags)
  test(`refuses ${flags.join(" ")}`, { timeout: 480_000 }, async (t) => {
    const { code, stderr } = await ending(start(t, ...quick, ...flags));
    assert.equal(code, 1);
    assert.match(stderr, complaint);
    assert.doesNotMatch(stderr, /\n\s+at /, "a stack is no message");
  });

for (const processes of [[], ["--processes"]])
  test(`a taken port is named ${processes.join()}`, { timeout: 480_000 }, async (t) => {
    const other = new Pull({ context: new Context() });
    t.after(() => other.close());
    const taken = await bindSocket(other, "taskVentilatorAddr", "tcp://127.0.0.1:*");
    const flags = [...quick, ...processes, "--task-ventilator-addr", taken];
    const { code, stderr } = await ending(start(t, ...flags));
    assert.equal(code, 1);
    assert.match(stderr, /Cannot bind taskVentilatorAddr tcp:\S+: the port is taken/);
    assert.ok(stderr.includes(taken), stderr);
  });

const noSignals = process.platform === "win32" && "Windows has no SIGINT to send";
for (const processes of [[], ["--processes"]]) {
  const inTerminal = `Ctrl-C in a terminal, where it reaches every process ${processes.join()}`;
  test(inTerminal, { timeout: 480_000, skip: noTerminal }, async (t) => {
    const flags = [...quick, "--work-ms", "60000", ...processes];
    const { code, stdout } = await ending(
      startInTerminal(t, "working on Task_2_payload", ...flags),
    );
    assert.equal(code, 0, stdout);
    assert.match(stdout, /\nstopped: 0 results/);
    assert.match(stdout, / {2}missing: "Task_2_payload", begun by Worker-/);
    assert.doesNotMatch(stdout, /ended with code [^0]/);
  });

  const name = `Ctrl-C ends it with a summary and code 0 ${processes.join()}`;
  test(name, { timeout: 480_000, skip: noSignals }, async (t) => {
    const child = start(t, ...quick, "--work-ms", "60000", ...processes);
    const ended = ending(child);
    let said = "";
    let isInterrupted = false;
    child.stdout.on("data", (chunk) => {
      said += String(chunk);
      if (!isInterrupted && said.includes("working on Task_2_payload")) {
        isInterrupted = true; // a second Ctrl-C would end it at once
        child.kill("SIGINT");
      }
    });
    const { code, stdout, stderr } = await ended;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /\nstopped: 0 results/);
    assert.match(stdout, / {2}missing: "Task_1_payload", begun by Worker-[12]/);
  });
}
