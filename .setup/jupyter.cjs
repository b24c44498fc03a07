"use strict";
const { inRoot, writeJson } = require("./files.cjs");

/** Absolute paths: Windows starts no .cmd as a kernel; a VS Code opened from a menu has no nvm. */
function writeKernelSpec() {
  writeJson(inRoot(".venv", "share", "jupyter", "kernels", "tslab", "kernel.json"), {
    argv: [
      process.execPath,
      inRoot("dist", "notebook", "kernel.js"),
      "--config-path",
      "{connection_file}",
    ],
    display_name: "TypeScript",
    language: "typescript",
  });
}

/** No question about news on the first start, and no look-ups on the network. */
function writeLabSettings() {
  writeJson(inRoot(".venv", "share", "jupyter", "lab", "settings", "overrides.json"), {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  });
}

module.exports = { writeKernelSpec, writeLabSettings };
