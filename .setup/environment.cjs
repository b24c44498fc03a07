"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { inRoot } = require("./files.cjs");

/** The variables that keep npm, pip, Jupyter and IPython from writing outside the repository. */
function environment() {
  const { PYTHONHOME, PYTHONPATH, ...inherited } = process.env; // they would outrank .venv
  return {
    ...inherited,
    npm_config_cache: inRoot(".cache", "npm"),
    PIP_CACHE_DIR: inRoot(".cache", "pip"),
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_USER: "0",
    JUPYTER_CONFIG_DIR: inRoot(".cache", "jupyter", "config"),
    JUPYTER_DATA_DIR: inRoot(".cache", "jupyter", "data"),
    JUPYTER_RUNTIME_DIR: inRoot(".cache", "jupyter", "runtime"),
    JUPYTERLAB_SETTINGS_DIR: inRoot(".cache", "jupyter", "settings"),
    JUPYTERLAB_WORKSPACES_DIR: inRoot(".cache", "jupyter", "workspaces"),
    IPYTHONDIR: inRoot(".cache", "jupyter", "ipython"),
    ...rustupHome(),
  };
}

/** pip asks rustc for its version, whereupon a rustup that was never used writes into the home. */
function rustupHome() {
  const isUsed = process.env.RUSTUP_HOME || fs.existsSync(path.join(os.homedir(), ".rustup"));
  return isUsed ? {} : { RUSTUP_HOME: inRoot(".cache", "rustup") };
}

module.exports = { environment };
