"use strict";
const fs = require("node:fs");
const path = require("node:path");

const root = path.dirname(__dirname);

/** The absolute path of something in the repository. */
function inRoot(...names) {
  return path.join(root, ...names);
}

/** Every file below a folder, in order; none when there is no such folder. */
function filesBelow(folder) {
  if (!fs.existsSync(folder)) return [];
  const entries = fs.readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** The file's text, or undefined when there is none. */
function readIfThere(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, "utf8"));
}

/** Writes to the side first, so that nobody reads a half-written file. */
function writeJson(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(value, null, 2)}\n`);
  fs.renameSync(`${file}.${process.pid}`, file);
}

function remove(file) {
  fs.rmSync(file, { recursive: true, force: true, maxRetries: 5 });
}

module.exports = { root, inRoot, filesBelow, readIfThere, readJson, writeJson, remove };
