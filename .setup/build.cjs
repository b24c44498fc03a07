"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { filesBelow, inRoot, readIfThere, remove, root } = require("./files.cjs");
const { indent } = require("./problems.cjs");
const { run, step } = require("./processes.cjs");

const tsc = inRoot("node_modules", "typescript", "bin", "tsc");
const stamp = inRoot("dist", ".sources");

/** Compiles `src`; on type errors shows them and returns false, and the rest can still be used. */
async function build() {
  removeOrphans();
  const sources = fingerprint();
  const result = await step("Compiling src", () =>
    run(process.execPath, [tsc, "--pretty", "false"]),
  );
  if (result.code !== 0) {
    console.log(`src has errors:\n\n${indent(result.output)}\n`);
    return false;
  }
  fs.writeFileSync(stamp, sources);
  return true;
}

function areBuilt() {
  return readIfThere(stamp) === fingerprint();
}

function fingerprint() {
  const files = [...filesBelow(inRoot("src")), inRoot("tsconfig.json"), tsc];
  const lines = files.map((file) => {
    const { size, mtimeMs } = fs.statSync(file);
    return `${path.relative(root, file)} ${size} ${mtimeMs}\n`;
  });
  return lines.join("");
}

/** Deletes what was compiled from a source that is gone: a forgotten import would still find it. */
function removeOrphans() {
  for (const file of filesBelow(inRoot("dist"))) {
    const output = /^(.*?)(\.d)?\.[jt]s(\.map)?$/.exec(path.relative(inRoot("dist"), file));
    if (output !== null && !fs.existsSync(inRoot("src", `${output[1]}.ts`))) remove(file);
  }
}

/** Compiles on save until it is stopped; silent the first time, as `build` has just spoken. */
function watch() {
  let compilations = 0;
  return run(process.execPath, [tsc, "--watch", "--preserveWatchOutput", "--pretty", "false"], {
    onLine(line) {
      const summary = /Found (\d+) errors?\./.exec(line);
      const isError = /^\s|: error TS/.test(line);
      if (summary !== null) compilations += 1;
      if (compilations > 0 && isError) console.log(indent(line));
      if (compilations > 1 && summary !== null) console.log(verdict(Number(summary[1])));
    },
  });
}

function verdict(errors) {
  if (errors === 0) return "src is compiled. Restart the kernel to use it.";
  return `src is compiled, with the ${errors === 1 ? "error" : `${errors} errors`} above.`;
}

module.exports = { areBuilt, build, watch };
