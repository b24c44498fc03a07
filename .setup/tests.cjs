"use strict";
const path = require("node:path");
const { filesBelow, inRoot, root } = require("./files.cjs");
const { npm } = require("./packages.cjs");
const { run } = require("./processes.cjs");

const shown = { stdio: ["ignore", "inherit", "inherit"] };

/** Runs the checks and all tests, or only the given files; options go to Node's test runner. */
async function runTests(filesAndOptions) {
  const options = filesAndOptions.filter((argument) => argument.startsWith("-"));
  const files = filesAndOptions.filter((argument) => !argument.startsWith("-"));
  if (files.length > 0) return runFiles(files, options);
  const check = await npm(["run", "check"], shown);
  return check.code === 0 ? runFiles(allFiles(), options) : check.code;
}

async function runFiles(files, options) {
  const runner = ["--require", "ts-node/register/transpile-only", "--test", "--test-reporter=spec"];
  const args = [...runner, "--test-concurrency=2", ...options, ...files];
  return (await run(process.execPath, args, shown)).code;
}

/** Relative paths: an absolute one with a bracket or a star in it would be read as a pattern. */
function allFiles() {
  const files = filesBelow(inRoot("test")).filter((file) => file.endsWith(".test.ts"));
  return files.map((file) => path.relative(root, file));
}

module.exports = { runTests };
