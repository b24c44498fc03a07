"use strict";
const path = require("node:path");
const fs = require("node:fs");
const { inRoot, readJson, remove } = require("./files.cjs");
const { explain } = require("./problems.cjs");
const { run, step } = require("./processes.cjs");

/** npm writes its record of node_modules last: where it agrees with the lock file, all is there. */
function areCurrent() {
  const record = inRoot("node_modules", ".package-lock.json");
  if (!fs.existsSync(record)) return false;
  const installed = readJson(record).packages;
  const wanted = readJson(inRoot("package-lock.json")).packages;
  return Object.entries(wanted).every(([folder, { version, optional }]) => {
    if (folder === "") return true;
    if (installed[folder] === undefined) return optional === true;
    return installed[folder].version === version;
  });
}

function install() {
  return step("Installing the npm packages (the first time takes up to a minute)", async () => {
    // npm would wait 10 s and then 60 s before it says that there is no network.
    const patience = ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];
    try {
      const result = await npm(["ci", "--include=dev", "--no-audit", "--no-fund", ...patience]);
      if (result.code !== 0) throw explain("The npm packages cannot be installed", result.output);
    } catch (error) {
      remove(inRoot("node_modules"));
      throw error;
    }
  });
}

/** Runs the npm that runs us, else the one on the PATH. */
function npm(args, options) {
  const script = process.env.npm_execpath;
  if (script && /^npm-cli\.c?js$/.test(path.basename(script))) {
    return run(process.execPath, [script, ...args], options);
  }
  // Windows starts npm.cmd through a shell only; the arguments are our own.
  return run("npm", args, { shell: process.platform === "win32", ...options });
}

module.exports = { areCurrent, install, npm };
