"use strict";
const { spawnSync } = require("node:child_process");
const { environment } = require("./environment.cjs");
const { Problem } = require("./problems.cjs");

const names = [
  "python3",
  "python",
  "py -3",
  "python3.14",
  "python3.13",
  "python3.12",
  "python3.11",
  "python3.10",
];

const question = `
import sys, json
answer = {"version": "%d.%d.%d" % sys.version_info[:3], "enough": sys.version_info >= (3, 10)}
if answer["enough"]:
    from importlib.util import find_spec
    answer["venv"] = bool(find_spec("venv") and find_spec("ensurepip"))
    answer["executable"] = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps(answer))
`;

/** The first Python that can make a virtual environment; an activated one stands for its base. */
function findPython() {
  const given = process.env.PYTHON;
  const commands = given ? [[given]] : names.map((name) => name.split(" "));
  const found = [];
  for (const command of commands) {
    const python = ask(command);
    if (python?.venv) return python.executable;
    if (python !== undefined) found.push(python);
  }
  throw problem(found.find((python) => python.enough) ?? found[0], given);
}

function ask([file, ...args]) {
  const { status, stdout } = spawnSync(file, [...args, "-c", question], {
    encoding: "utf8",
    env: environment(),
    windowsHide: true,
  });
  if (status !== 0) return undefined;
  return { name: [file, ...args].join(" "), ...JSON.parse(stdout) };
}

function problem(best, given) {
  if (best === undefined && given) {
    return new Problem(`PYTHON is "${given}", which does not run as a Python.\n${whatToInstall}`);
  }
  if (best === undefined) {
    return new Problem(
      `Python 3.10 or newer is needed: no python3, python or py is on the PATH.\n${whatToInstall}`,
    );
  }
  if (!best.enough) {
    return new Problem(
      `Python 3.10 or newer is needed: ${best.name} is Python ${best.version}.\n${whatToInstall}`,
    );
  }
  const minor = best.version.split(".").slice(0, 2).join(".");
  return new Problem(
    `${best.name} (Python ${best.version}) lacks the modules venv and ensurepip that make .venv.\n` +
      `Debian, Ubuntu: sudo apt install python${minor}-venv. Then run this again.\n` +
      "Elsewhere: install Python from https://www.python.org/downloads and set PYTHON to its path.",
  );
}

const whatToInstall =
  "Install one (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python;\n" +
  "else https://www.python.org/downloads), or set PYTHON to the path of one. Then run this again.";

module.exports = { findPython };
