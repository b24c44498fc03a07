/** `npm run notebooks [-- files]`: runs every notebook, or the named ones, and writes their outputs back. */
import { spawnSync } from "node:child_process";
import { join, relative } from "node:path";
import { notebookFiles } from "./notebook";
import { findVenvPython, jupyterEnvironment } from "./venv-python";

const named = process.argv.slice(2);
const files =
  named.length > 0 ? named : notebookFiles().map((file) => relative(process.cwd(), file));
const runner = [join(__dirname, "run_notebooks.py"), "--write", ...files];
const { status } = spawnSync(findVenvPython(), runner, {
  stdio: "inherit",
  env: jupyterEnvironment(),
});
process.exitCode = status ?? 1;
