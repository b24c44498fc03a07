"use strict";
const { spawn, spawnSync } = require("node:child_process");
const { createInterface } = require("node:readline");
const { environment } = require("./environment.cjs");
const { root } = require("./files.cjs");
const { Problem } = require("./problems.cjs");

const windows = process.platform === "win32";
const children = new Set();
let stopSignal;

/** What `run` rejects with once the reader has pressed Ctrl-C. */
class Stopped extends Error {}

/** Runs the work to its exit code, or to that of the signal which stopped it. */
async function untilStopped(work) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(signal));
  // A closed pipe (npm start | head) would end us at once, and leave JupyterLab behind.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => stop("SIGPIPE"));
  if (process.env.npm_lifecycle_event !== undefined) stopWithNpm();
  try {
    return await work();
  } catch (error) {
    if (error instanceof Stopped) return stopSignal === "SIGINT" ? 130 : 143;
    throw error;
  }
}

/** npm signals the shell between it and us, and many shells die of that without a word to us. */
function stopWithNpm() {
  const shell = process.ppid;
  setInterval(() => process.ppid !== shell && stop("SIGTERM"), 200).unref();
}

/** npm forwards the Ctrl-C that the terminal sent already, so only the first signal counts. */
function stop(signal) {
  if (stopSignal !== undefined) return;
  stopSignal = signal;
  console.log("\nStopping …");
  stopChildren();
}

/**
 * Runs a program in the repository and resolves to its exit code and output. Takes the options of
 * spawn, and `onLine` for a line of output as it comes.
 */
async function run(file, args, { onLine, ...options } = {}) {
  if (stopSignal !== undefined) throw new Stopped();
  const child = spawn(file, args, {
    cwd: root,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: its children end with it, and by our hand alone.
    detached: !windows,
    windowsHide: true,
    ...options,
  });
  children.add(child);
  const output = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface(stream).on("line", onLine ?? ((line) => output.push(line)));
  }
  try {
    const code = await closed(child);
    return { code, output: output.join("\n") };
  } finally {
    children.delete(child);
  }
}

function closed(child) {
  return new Promise((resolve, reject) => {
    child.on("error", (error) =>
      reject(new Problem(`"${child.spawnfile}" could not be started: ${error.message}`)),
    );
    child.on("close", (code) =>
      stopSignal === undefined ? resolve(code ?? 1) : reject(new Stopped()),
    );
  });
}

/** Asks all children to end, and makes them after 10 s: JupyterLab gives a silent kernel 5 s. */
function stopChildren() {
  for (const child of children) signalGroup(child, "SIGTERM");
  setTimeout(() => children.forEach((child) => signalGroup(child, "SIGKILL")), 10_000).unref();
}

function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  if (windows) {
    spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"]);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** Tells what is being done, and how long it took. */
async function step(title, work) {
  const began = Date.now();
  process.stdout.write(`${title} … `);
  try {
    const result = await work();
    console.log(`done in ${Math.max(1, Math.round((Date.now() - began) / 1000))} s`);
    return result;
  } catch (error) {
    console.log(error instanceof Stopped ? "" : "failed");
    throw error;
  }
}

module.exports = { Stopped, untilStopped, run, stopChildren, step };
