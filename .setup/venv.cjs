"use strict";
const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const { environment } = require("./environment.cjs");
const { inRoot, readIfThere, remove } = require("./files.cjs");
const { explain } = require("./problems.cjs");
const { run, step } = require("./processes.cjs");

const folder = inRoot(".venv");
const requirements = inRoot("requirements.txt");
const stamp = inRoot(".venv", ".requirements");
const python =
  process.platform === "win32"
    ? inRoot(".venv", "Scripts", "python.exe")
    : inRoot(".venv", "bin", "python");

/** Makes .venv anew rather than mending it: it then holds what requirements.txt says, no more. */
function make(basePython) {
  return step(
    "Installing JupyterLab into .venv (the first time takes up to a minute)",
    async () => {
      remove(folder);
      try {
        await must(basePython, ["-m", "venv", folder]);
        await must(python, ["-m", "pip", "install", "--no-input", "-r", requirements]);
        fs.writeFileSync(stamp, wantedStamp());
      } catch (error) {
        remove(folder);
        throw error;
      }
    },
  );
}

async function must(program, args) {
  const result = await run(program, args);
  if (result.code !== 0) throw explain("JupyterLab cannot be installed", result.output);
}

/** False as well when the clone was moved (a venv has absolute paths) or its Python is gone. */
function isCurrent() {
  if (readIfThere(stamp) !== wantedStamp()) return false;
  const check =
    "import importlib.util, sys; sys.exit(importlib.util.find_spec('jupyterlab') is None)";
  return spawnSync(python, ["-c", check], { env: environment(), windowsHide: true }).status === 0;
}

function wantedStamp() {
  const hash = createHash("sha256").update(fs.readFileSync(requirements)).digest("hex");
  return `${hash} ${folder}\n`;
}

module.exports = { isCurrent, make, python };
