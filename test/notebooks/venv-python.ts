/** The Python of the tutorial's own virtual environment. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(__dirname, "../..");

const venvPython = join(
  root,
  ".venv",
  ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]),
);

/** Returns its path; throws an Error when set-up has not made it. */
export function findVenvPython(): string {
  if (existsSync(venvPython)) return venvPython;
  throw new Error(`Cannot find ${venvPython}. Run \`npm run setup\` first; \`npm test\` does.`);
}

/** The environment variables that keep Jupyter's files inside the clone. */
export function jupyterEnvironment(): NodeJS.ProcessEnv {
  const folder = join(root, ".cache", "jupyter");
  return {
    ...withoutModel(process.env),
    JUPYTER_CONFIG_DIR: join(folder, "config"),
    JUPYTER_DATA_DIR: join(folder, "data"),
    JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
    IPYTHONDIR: join(folder, "ipython"),
    PYTHONIOENCODING: "utf-8",
    PYTHONDONTWRITEBYTECODE: "1",
  };
}

/** A developer's own model is not asked, nor paid, by the tests, and the outputs are the same with and without. */
function withoutModel(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith("LLM_")),
  );
}
