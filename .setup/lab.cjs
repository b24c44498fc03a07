"use strict";
const { randomBytes } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { watch } = require("./build.cjs");
const { environment } = require("./environment.cjs");
const { inRoot, readIfThere, remove, root } = require("./files.cjs");
const { run, Stopped, stopChildren } = require("./processes.cjs");
const { python } = require("./venv.cjs");

const firstChapter = "notebooks/01-setup.ipynb";

/** Serves JupyterLab and compiles `src` on save, until Ctrl-C or JupyterLab's own "Shut Down". */
async function serveLab(options) {
  // A folder of its own, so that the one server described in it is ours.
  const runtime = inRoot(".cache", "jupyter", "runtime", String(process.pid));
  const serving = runLab(runtime, options);
  const announcing = setInterval(() => {
    if (announce(runtime, options)) clearInterval(announcing);
  }, 100);
  const watching = untilStopping(watch());
  try {
    return (await untilStopping(serving))?.code ?? 0;
  } finally {
    clearInterval(announcing);
    stopChildren();
    await watching;
    remove(runtime);
  }
}

function runLab(runtime, options) {
  const ours = [
    `--ServerApp.root_dir=${root}`,
    `--LabApp.default_url=/lab/tree/${firstChapter}`,
    "--LabApp.extension_manager=readonly",
    "--MultiKernelManager.default_kernel_name=tslab",
    "--LanguageServerManager.autodetect=False",
    "--log-level=WARN",
    "--LabApp.log_level=WARN",
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
  return run(python, ["-m", "jupyterlab", ...ours, ...options], {
    stdio: ["ignore", "inherit", "pipe"],
    env: { ...environment(), ...token(), JUPYTER_RUNTIME_DIR: runtime },
    onLine(line) {
      if (!/received signal \d+, stopping/.test(line)) console.error(line);
    },
  });
}

/** Jupyter shows a token of its own making at length, and one that it is given not at all. */
function token() {
  const isGiven = process.env.JUPYTER_TOKEN || process.env.JUPYTER_TOKEN_FILE;
  return isGiven ? {} : { JUPYTER_TOKEN: randomBytes(24).toString("hex") };
}

/** Prints the address once Jupyter has written it down, which it does when its port is bound. */
function announce(runtime, options) {
  const server = readServer(runtime);
  if (server === undefined) return false;
  const portIsGiven = options.some((option) => /^--(ServerApp\.)?port\b/.test(option));
  if (!portIsGiven && server.port !== 8888) {
    console.log(`Port 8888 is taken, so JupyterLab uses ${server.port}.`);
  }
  const query = server.token ? `?token=${server.token}` : "";
  console.log(`\nThe tutorial is at\n\n    ${server.url}lab/tree/${firstChapter}${query}\n`);
  console.log(
    "What you save in src is compiled at once. Ctrl-C ends JupyterLab and its kernels.\n",
  );
  return true;
}

function readServer(runtime) {
  const names = fs.existsSync(runtime) ? fs.readdirSync(runtime) : [];
  const name = names.find((candidate) => /^jpserver-\d+\.json$/.test(candidate));
  const text = name && readIfThere(path.join(runtime, name));
  // Jupyter may be writing it at this moment.
  return text?.trimEnd().endsWith("}") ? JSON.parse(text) : undefined;
}

/** Ctrl-C is how the lab is meant to end, so it is no error here. */
async function untilStopping(running) {
  try {
    return await running;
  } catch (error) {
    if (error instanceof Stopped) return undefined;
    throw error;
  }
}

module.exports = { serveLab };
