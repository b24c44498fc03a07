"use strict";
const path = require("node:path");
const { filesBelow, inRoot, root } = require("./files.cjs");
const { npm } = require("./packages.cjs");
const { run } = require("./processes.cjs");

const shown = { stdio: ["ignore", "inherit", "inherit"] };

const typescript = ["--require", "ts-node/register/transpile-only"];

/** Runs the checks and all tests; or only the given files, with options of Node's test runner. */
async function runTests(filesAndOptions) {
  if (filesAndOptions.length > 0) return runSome(filesAndOptions);
  const check = await npm(["run", "check"], shown);
  if (check.code !== 0) return check.code;
  return runNode([path.join(__dirname, "run-tests.cjs"), ...allFiles()]);
}

async function runSome(filesAndOptions) {
  const namesFiles = filesAndOptions.some((argument) => !argument.startsWith("-"));
  const files = namesFiles ? [] : allFiles();
  const runner = ["--test", "--test-reporter=spec", "--test-concurrency=2"];
  return runNode([...runner, ...filesAndOptions, ...files]);
}

async function runNode(args) {
  return (await run(process.execPath, [...typescript, ...args], shown)).code;
}

/** The chapters take longest: they begin at once, and the others run beside them. */
const CHAPTERS = path.join("test", "notebooks", "notebooks.test.ts");

function allFiles() {
  const files = filesBelow(inRoot("test")).filter((file) => file.endsWith(".test.ts"));
  const others = files.map((file) => path.relative(root, file)).filter((file) => file !== CHAPTERS);
  return [CHAPTERS, ...others];
}

module.exports = { runTests };
