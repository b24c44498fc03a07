"use strict";
// Runs test files two at a time, in the order given: `node --test` would sort them, and what takes longest came last.
const { run } = require("node:test");
const { spec } = require("node:test/reporters");

/** A file that has not ended by then hangs, in milliseconds; the chapters take a quarter of it. */
const FILE_LIMIT_MS = 60 * 60_000;

run({ files: process.argv.slice(2), concurrency: 2, timeout: FILE_LIMIT_MS })
  .on("test:fail", () => (process.exitCode = 1))
  .compose(spec)
  .pipe(process.stdout);
