"use strict";
// Sets the tutorial up inside this folder, then starts JupyterLab or the tests. Needs nothing but
// Node's own modules, and keeps to syntax that Node 8 parses: an old Node shall get the sentence in
// `requireNode`, not a SyntaxError.
const childProcess = require("child_process");
const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const readline = require("readline");

const usage = `Usage:
  npm run setup                   set up what is missing, and stop there
  npm start [-- options]          set up what is missing, then open JupyterLab; options go to "jupyter lab"
  npm test [-- files or options]  set up what is missing, then run all checks and tests, or only these files`;

const root = __dirname;
const cache = path.join(root, ".cache");
const venv = path.join(root, ".venv");
const windows = process.platform === "win32";
const venvPython = windows
  ? path.join(venv, "Scripts", "python.exe")
  : path.join(venv, "bin", "python");
const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
const firstChapter = "notebooks/01-setup.ipynb";

/** What went wrong in the reader's words, and what to do about it. */
class Problem extends Error {}

const commands = {
  async setup() {
    await setUp();
    console.log("Everything is set up. npm start opens the tutorial.");
    return 0;
  },

  async start(labOptions) {
    await setUp();
    return serveLab(labOptions);
  },

  async test(filesAndOptions) {
    const compiles = await setUp();
    if (!compiles) return 1;
    const files = filesAndOptions.filter((argument) => !argument.startsWith("-"));
    const options = filesAndOptions.filter((argument) => argument.startsWith("-"));
    if (files.length === 0) {
      const check = await npm(["run", "--silent", "check"], { stdio: "inherit" });
      if (check.code !== 0) return check.code;
    }
    return runTests(files.length > 0 ? files : testFiles(), options);
  },
};

/** Brings everything up to date, cheapest question first; false when `src` has type errors. */
async function setUp() {
  // Ask for Python before the minute that the packages take.
  const python = venvIsCurrent() ? undefined : findPython();
  if (!packagesAreCurrent()) await installPackages();
  const compiles = buildIsCurrent() || (await build());
  if (python !== undefined) await makeVenv(python);
  writeKernelSpec();
  writeLabSettings();
  return compiles;
}

// ---- Node and its packages

function requireNode(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Problem(
    `Node 20.19 or newer is needed, and this is Node ${version}.\n` +
      `Install a newer one from https://nodejs.org (with nvm: nvm install 22), then run this again.`,
  );
}

/** npm writes its record of node_modules last: one that agrees with the lock file means all is there. */
function packagesAreCurrent() {
  const wanted = readJson(path.join(root, "package-lock.json")).packages;
  const recordFile = path.join(root, "node_modules", ".package-lock.json");
  if (!fs.existsSync(recordFile)) return false;
  const installed = readJson(recordFile).packages;
  return Object.keys(wanted).every((folder) => {
    if (folder === "") return true;
    if (installed[folder] === undefined) return wanted[folder].optional === true;
    return installed[folder].version === wanted[folder].version;
  });
}

function installPackages() {
  return step("Installing the npm packages (the first time takes about a minute)", async () => {
    // npm's own patience, 10 s and then 60 s between tries, would leave a reader without a network in the dark.
    const patience = ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];
    const result = await npm(["ci", "--include=dev", "--no-audit", "--no-fund"].concat(patience));
    if (result.code === 0) return;
    remove(path.join(root, "node_modules"));
    throw explain("The npm packages could not be installed", result.output);
  });
}

function npm(args, options) {
  const script = process.env.npm_execpath;
  if (script !== undefined && /^npm-cli\.c?js$/.test(path.basename(script))) {
    return run(process.execPath, [script].concat(args), options);
  }
  // Without a shell, Windows refuses to start npm.cmd. The arguments are our own.
  return run("npm", args, Object.assign({ shell: windows }, options));
}

// ---- The build

/** Compiles `src`; shows type errors and returns false for them: what compiled can still be used. */
async function build() {
  removeOrphans(path.join(root, "dist"));
  const before = sourceFingerprint();
  const result = await step("Compiling src", () =>
    run(process.execPath, [tsc, "--pretty", "false"]),
  );
  if (result.code !== 0) {
    console.log(`src does not compile without errors:\n\n${indent(result.output)}\n`);
    return false;
  }
  fs.writeFileSync(path.join(root, "dist", ".sources"), before);
  return true;
}

function buildIsCurrent() {
  const stamp = path.join(root, "dist", ".sources");
  return fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === sourceFingerprint();
}

function sourceFingerprint() {
  const files = filesBelow(path.join(root, "src")).concat(path.join(root, "tsconfig.json"), tsc);
  const lines = files.map((file) => {
    const status = fs.statSync(file);
    return `${path.relative(root, file)} ${status.size} ${status.mtimeMs}`;
  });
  return lines.join("\n") + "\n";
}

/** Deletes what was compiled from a source that is gone: a forgotten import would still find it. */
function removeOrphans(dist) {
  for (const file of filesBelow(dist)) {
    const output = /^(.*?)(\.d)?\.[jt]s(\.map)?$/.exec(path.relative(dist, file));
    if (output !== null && !fs.existsSync(path.join(root, "src", `${output[1]}.ts`))) remove(file);
  }
}

// ---- Python and its packages

const probe = `
import sys, json
found = {"version": "%d.%d.%d" % sys.version_info[:3], "enough": sys.version_info >= (3, 10)}
if found["enough"]:
    from importlib.util import find_spec
    found["venv"] = bool(find_spec("venv") and find_spec("ensurepip"))
    found["executable"] = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps(found))
`;

/** The first Python that can make a virtual environment; an activated environment stands for its base. */
function findPython() {
  const newerNames = ["3.14", "3.13", "3.12", "3.11", "3.10"].map((version) => [
    `python${version}`,
  ]);
  const candidates = [["python3"], ["python"], ["py", "-3"]].concat(newerNames);
  const given = process.env.PYTHON;
  const found = (given ? [[given]] : candidates)
    .map(probePython)
    .filter((python) => python !== undefined);
  const usable = found.find((python) => python.enough && python.venv);
  if (usable !== undefined) return usable.executable;
  throw pythonProblem(found.find((python) => python.enough) || found[0], given);
}

function probePython(command) {
  const result = childProcess.spawnSync(command[0], command.slice(1).concat("-c", probe), {
    encoding: "utf8",
    env: environment(),
    windowsHide: true,
  });
  if (result.status !== 0) return undefined;
  return Object.assign({ name: command.join(" ") }, JSON.parse(result.stdout));
}

function pythonProblem(best, given) {
  const howTo =
    "Install one from https://www.python.org/downloads (Debian, Ubuntu: sudo apt install python3 python3-venv;\n" +
    "macOS: brew install python), or set the environment variable PYTHON to the one to use. Then run this again.";
  if (best === undefined && given)
    return new Problem(`PYTHON is "${given}", which does not run as a Python.\n${howTo}`);
  if (best === undefined) {
    return new Problem(
      `Python 3.10 or newer is needed, and there is no python3, python or py on the PATH.\n${howTo}`,
    );
  }
  if (!best.enough) {
    return new Problem(
      `Python 3.10 or newer is needed, and ${best.name} is Python ${best.version}.\n${howTo}`,
    );
  }
  const minor = best.version.split(".").slice(0, 2).join(".");
  return new Problem(
    `${best.name} (Python ${best.version}) comes without the modules venv and ensurepip, so it cannot make .venv.\n` +
      `Debian, Ubuntu: sudo apt install python${minor}-venv. Elsewhere, install Python from https://www.python.org/downloads\n` +
      "and set the environment variable PYTHON to it. Then run this again.",
  );
}

/** Made anew rather than mended, so that it holds what requirements.txt says and nothing else. */
function makeVenv(python) {
  return step(
    "Installing JupyterLab into .venv (the first time takes about a minute)",
    async () => {
      remove(venv);
      try {
        await pythonStep(python, ["-m", "venv", venv]);
        await pythonStep(venvPython, [
          "-m",
          "pip",
          "install",
          "--no-input",
          "-r",
          path.join(root, "requirements.txt"),
        ]);
        fs.writeFileSync(path.join(venv, ".requirements"), venvStamp());
      } catch (error) {
        remove(venv);
        throw error;
      }
    },
  );
}

async function pythonStep(python, args) {
  const result = await run(python, args);
  if (result.code !== 0) throw explain("JupyterLab could not be installed", result.output);
}

/** False as well when the clone was moved (a venv holds absolute paths) or its Python is gone. */
function venvIsCurrent() {
  const stamp = path.join(venv, ".requirements");
  if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== venvStamp()) return false;
  const check =
    "import importlib.util, sys; sys.exit(importlib.util.find_spec('jupyterlab') is None)";
  return (
    childProcess.spawnSync(venvPython, ["-c", check], { env: environment(), windowsHide: true })
      .status === 0
  );
}

function venvStamp() {
  const requirements = fs.readFileSync(path.join(root, "requirements.txt"));
  return `${crypto.createHash("sha256").update(requirements).digest("hex")} ${venv}\n`;
}

// ---- What JupyterLab reads

/** With absolute paths: Windows starts no .cmd, and a VS Code opened from a menu has no nvm on its PATH. */
function writeKernelSpec() {
  writeJson(path.join(venv, "share", "jupyter", "kernels", "tslab", "kernel.json"), {
    argv: [
      process.execPath,
      path.join(root, "dist", "notebook", "kernel.js"),
      "--config-path",
      "{connection_file}",
    ],
    display_name: "TypeScript",
    language: "typescript",
  });
}

/** No question about news on the first start, and no look-ups on the network. */
function writeLabSettings() {
  writeJson(path.join(venv, "share", "jupyter", "lab", "settings", "overrides.json"), {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  });
}

/** The variables that keep npm, pip, Jupyter and IPython from writing outside this folder. */
function environment() {
  const jupyter = path.join(cache, "jupyter");
  const result = Object.assign({}, process.env, {
    npm_config_cache: path.join(cache, "npm"),
    PIP_CACHE_DIR: path.join(cache, "pip"),
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_USER: "0",
    JUPYTER_CONFIG_DIR: path.join(jupyter, "config"),
    JUPYTER_DATA_DIR: path.join(jupyter, "data"),
    JUPYTER_RUNTIME_DIR: path.join(jupyter, "runtime"),
    JUPYTERLAB_SETTINGS_DIR: path.join(jupyter, "settings"),
    JUPYTERLAB_WORKSPACES_DIR: path.join(jupyter, "workspaces"),
    IPYTHONDIR: path.join(jupyter, "ipython"),
  });
  // Both would put another Python's packages before those of .venv.
  delete result.PYTHONHOME;
  delete result.PYTHONPATH;
  return result;
}

// ---- npm start

/** Runs JupyterLab and a compiler that watches `src`, until either Ctrl-C or JupyterLab's own "Shut Down". */
async function serveLab(labOptions) {
  // A runtime folder of its own, so that the one server described in it is ours.
  const runtime = path.join(cache, "jupyter", "runtime", String(process.pid));
  const options = [
    `--ServerApp.root_dir=${root}`,
    `--LabApp.default_url=/lab/tree/${firstChapter}`,
    "--LabApp.extension_manager=readonly",
    "--log-level=WARN",
  ];
  if (process.getuid && process.getuid() === 0) options.push("--allow-root");
  const lab = run(venvPython, ["-m", "jupyterlab"].concat(options, labOptions), {
    stdio: "inherit",
    env: Object.assign(environment(), { JUPYTER_RUNTIME_DIR: runtime }),
  });
  const announcing = announce(runtime, labOptions);
  const watching = watchSources();
  try {
    return (await lab).code;
  } catch (error) {
    if (error instanceof Stopped) return 0;
    throw error;
  } finally {
    clearInterval(announcing);
    stopChildren();
    await watching;
    remove(runtime);
  }
}

/** Prints the address once JupyterLab has written it down, which it does when its port is bound. */
function announce(runtime, labOptions) {
  const timer = setInterval(() => {
    const files = fs.existsSync(runtime) ? fs.readdirSync(runtime) : [];
    const description = files.find((name) => /^jpserver-\d+\.json$/.test(name));
    const server = description && readJsonIfWhole(path.join(runtime, description));
    if (!server) return;
    clearInterval(timer);
    const portIsGiven = labOptions.some((option) => /port=|^--port$/.test(option));
    if (!portIsGiven && server.port !== 8888)
      console.log(`Port 8888 is taken, so JupyterLab uses ${server.port}.`);
    const token = server.token ? `?token=${server.token}` : "";
    console.log(`\nThe tutorial is at\n\n    ${server.url}lab/tree/${firstChapter}${token}\n`);
    console.log(
      "An edit in src is compiled when you save it. Ctrl-C here ends JupyterLab and its kernels.\n",
    );
  }, 100);
  return timer;
}

/** Compiles on save; quiet about the first compilation, whose errors `build` has shown. */
async function watchSources() {
  let compilations = 0;
  const onLine = (line) => {
    const summary = /Found (\d+) errors?\./.exec(line);
    if (summary !== null) {
      compilations += 1;
      if (compilations > 1) console.log(watchSummary(Number(summary[1])));
    } else if (
      compilations > 0 &&
      line.trim() !== "" &&
      !/ - File change detected|\] File change/.test(line)
    ) {
      console.log(`  ${line}`);
    }
  };
  try {
    await run(process.execPath, [tsc, "--watch", "--preserveWatchOutput", "--pretty", "false"], {
      onLine,
    });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
}

function watchSummary(errors) {
  if (errors === 0) return "src is compiled. Restart the kernel to see the change.";
  return `src is compiled, with ${errors} error${errors === 1 ? "" : "s"}, listed above.`;
}

// ---- npm test

function testFiles() {
  return filesBelow(path.join(root, "test")).filter((file) => file.endsWith(".test.ts"));
}

async function runTests(files, options) {
  const runner = ["--require", "ts-node/register/transpile-only", "--test", "--test-reporter=spec"];
  const width = ["--test-concurrency=2"];
  return (await run(process.execPath, runner.concat(width, options, files), { stdio: "inherit" }))
    .code;
}

// ---- Child processes: each leads a group of its own, so that its children end with it, by our hand

class Stopped extends Error {}

const children = new Set();
let stoppedBy;

/**
 * Runs a program in the repository and resolves to its exit code and output; rejects with Stopped after Ctrl-C.
 * Options are those of spawn, and `onLine` for a line of output as it comes.
 */
function run(file, args, options) {
  if (stoppedBy !== undefined) return Promise.reject(new Stopped());
  const settings = Object.assign(
    { cwd: root, env: environment(), stdio: ["ignore", "pipe", "pipe"] },
    options,
  );
  if (settings.stdio === "inherit") settings.stdio = ["ignore", "inherit", "inherit"];
  const child = childProcess.spawn(
    file,
    args,
    Object.assign(settings, { detached: !windows, windowsHide: true }),
  );
  children.add(child);
  const output = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream)
      readline
        .createInterface({ input: stream })
        .on("line", settings.onLine || ((line) => output.push(line)));
  }
  return new Promise((resolve, reject) => {
    child.on("error", (error) => {
      children.delete(child);
      reject(new Problem(`"${file}" could not be started: ${error.message}`));
    });
    child.on("close", (code) => {
      children.delete(child);
      if (stoppedBy !== undefined) reject(new Stopped());
      else resolve({ code: code === null ? 1 : code, output: output.join("\n") });
    });
  });
}

function stopChildren() {
  for (const child of children) signalGroup(child, "SIGTERM");
  // JupyterLab gives a kernel that does not answer 5 s.
  setTimeout(() => children.forEach((child) => signalGroup(child, "SIGKILL")), 15000).unref();
}

function signalGroup(child, signal) {
  if (windows) childProcess.spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"]);
  else if (child.pid !== undefined) killGroup(child.pid, signal);
}

function killGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** npm forwards the Ctrl-C that the terminal has sent already, so every signal after the first is ignored. */
function onSignal(signal) {
  if (stoppedBy !== undefined) return;
  stoppedBy = signal;
  console.log("\nStopping …");
  stopChildren();
}

// ---- Words

async function step(title, work) {
  const began = Date.now();
  process.stdout.write(`${title} … `);
  try {
    const result = await work();
    console.log(`done in ${Math.max(1, Math.round((Date.now() - began) / 1000))} s`);
    return result;
  } catch (error) {
    console.log("failed");
    throw error;
  }
}

const noNetwork =
  /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|NameResolutionError|Failed to establish a new connection|ConnectTimeoutError|ReadTimeoutError|ProxyError|Temporary failure in name resolution/;
const diskFull =
  /ENOSPC|No space left on device|not enough space on the disk|EDQUOT|Disk quota exceeded/;

/** Turns the output of npm or pip into what a reader needs; without a known cause, its last lines. */
function explain(what, output) {
  if (diskFull.test(output)) {
    return new Problem(
      `${what}: the disk is full. The tutorial needs about 1 GB in\n${root}\nMake room, then run this again.`,
    );
  }
  if (noNetwork.test(output)) {
    return new Problem(
      `${what}: there is no connection to the network, or a proxy or firewall stands in between.\n` +
        "The first set-up loads packages from registry.npmjs.org and pypi.org. Connect (behind a proxy: set HTTPS_PROXY),\n" +
        "then run this again.",
    );
  }
  return new Problem(
    `${what}. The last lines of the output:\n\n${indent(output.split("\n").slice(-15).join("\n"))}`,
  );
}

function indent(text) {
  return text.replace(/^/gm, "    ");
}

// ---- Files

function filesBelow(folder) {
  if (!fs.existsSync(folder)) return [];
  const names = fs.readdirSync(folder).sort();
  return [].concat.apply(
    [],
    names.map((name) => {
      const file = path.join(folder, name);
      return fs.statSync(file).isDirectory() ? filesBelow(file) : [file];
    }),
  );
}

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, "utf8"));
}

/** Undefined while another process is still writing the file. */
function readJsonIfWhole(file) {
  try {
    return readJson(file);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function writeJson(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(value, null, 2) + "\n");
}

function remove(file) {
  fs.rmSync(file, { recursive: true, force: true, maxRetries: 5 });
}

// ---- The command line

async function main(args) {
  const name = args.length === 0 ? "setup" : args[0];
  if (name === "--help" || name === "-h") {
    console.log(usage);
    return 0;
  }
  if (!Object.keys(commands).includes(name))
    throw new Problem(`setup.cjs has no command "${name}".\n${usage}`);
  requireNode(process.versions.node);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => onSignal(signal));
  return commands[name](args.slice(1));
}

function report(error) {
  if (error instanceof Stopped) return stoppedBy === "SIGINT" ? 130 : 143;
  const problem = error.code === "ENOSPC" ? explain("The set-up stopped", error.message) : error;
  console.error(problem instanceof Problem ? `\n${problem.message}\n` : problem);
  return 1;
}

module.exports = { environment };

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error) => (process.exitCode = report(error)),
  );
}
