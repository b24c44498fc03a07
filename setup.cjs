"use strict";
// Sets the tutorial up inside this folder, then starts JupyterLab or the tests; .setup/ has the parts.
// This file keeps to syntax that Node 8 parses, so that an old Node is told so in a sentence.

const usage = `Usage:
  npm run setup              sets up what is missing
  npm start [-- options]     then opens JupyterLab, with these options
  npm test [-- test files]   then runs all checks and tests, or only these files`;

const commands = {
  async setup() {
    const compiles = await setUp();
    if (compiles) console.log("Everything is set up. npm start opens the tutorial.");
    return compiles ? 0 : 1;
  },

  async start(labOptions) {
    await setUp();
    return require("./.setup/lab.cjs").serveLab(labOptions);
  },

  async test(filesAndOptions) {
    const compiles = await setUp();
    return compiles ? require("./.setup/tests.cjs").runTests(filesAndOptions) : 1;
  },
};

/** Brings everything up to date, cheapest question first; false when `src` has type errors. */
async function setUp() {
  const packages = require("./.setup/packages.cjs");
  const sources = require("./.setup/build.cjs");
  const venv = require("./.setup/venv.cjs");
  const jupyter = require("./.setup/jupyter.cjs");
  // Looked for first: nobody should learn after a minute of npm that Python is missing.
  const python = venv.isCurrent() ? undefined : require("./.setup/python.cjs").findPython();
  if (!packages.areCurrent()) await packages.install();
  const compiles = sources.areBuilt() || (await sources.build());
  if (python !== undefined) await venv.make(python);
  jupyter.writeKernelSpec();
  jupyter.writeLabSettings();
  return compiles;
}

async function main(args) {
  const name = args.length === 0 ? "setup" : args[0];
  if (name === "--help" || name === "-h") return say(usage, 0);
  if (Object.keys(commands).indexOf(name) === -1) {
    return complain(`setup.cjs has no command "${name}".\n${usage}`);
  }
  if (isTooOld(process.versions.node)) {
    return complain(
      `Node 20.19 or newer is needed, and this is Node ${process.versions.node}.\n` +
        "Install a newer one: https://nodejs.org (with nvm: nvm install 22). Then run this again.",
    );
  }
  return require("./.setup/processes.cjs").untilStopped(() => commands[name](args.slice(1)));
}

function isTooOld(version) {
  const [major, minor] = version.split(".").map(Number);
  return major < 20 || (major === 20 && minor < 19);
}

function say(text, exitCode) {
  console.log(text);
  return exitCode;
}

function complain(text) {
  console.error(`\n${text}\n`);
  return 1;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error) => (process.exitCode = complain(require("./.setup/problems.cjs").inWords(error))),
);
