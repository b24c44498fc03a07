/**
 * Every chapter runs: in our kernel with the outputs that are committed, and twice over in a tslab as it comes; one of
 * them in JupyterLab. One after the other, as they use the pipeline's fixed ports.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { suite, test } from "node:test";
import { comparableOutputs, pngSizes } from "./comparison";
import { demandFreePorts } from "./fixed-ports";
import { readInJupyterLab, whyNoBrowser } from "./jupyterlab";
import { notebookFiles, readNotebook, type Notebook } from "./notebook";
import { findVenvPython, jupyterEnvironment } from "./venv-python";

const files = notebookFiles();

/** A chapter takes a minute on a machine that has nothing else to do. */
const timeout = 900_000;

void suite("chapters", { skip: files.length === 0 && "there are no notebooks" }, () => {
  const portsAreFree = demandFreePorts();
  portsAreFree.catch(() => {}); // each test says so

  const chapter = "notebooks/06-orchestration.ipynb";
  const skip = whyNoBrowser();
  test(`${chapter} runs in JupyterLab, twice`, { skip, timeout }, async (context) => {
    await portsAreFree;
    await readInJupyterLab(chapter, context);
  });

  for (const file of files) {
    test(`${basename(file)} gives its committed outputs`, { timeout }, async ({ signal }) => {
      await portsAreFree;
      const notebook = await runNotebook(file, signal, "--kernel", "ours");
      assert.equal(comparableOutputs(notebook), comparableOutputs(readNotebook(file)));
      for (const { cell, width, height } of pngSizes(notebook)) {
        const plausible = [width, height].every((pixels) => pixels >= 50 && pixels <= 5000);
        assert.ok(plausible, `cell ${cell} shows a picture of ${width} x ${height} pixels`);
      }
    });

    test(`${basename(file)} runs twice in one stock kernel`, { timeout }, async ({ signal }) => {
      await portsAreFree;
      await runNotebook(file, signal, "--kernel", "stock", "--times", "2");
    });
  }
});

interface Problem {
  cell: number;
  what: string;
  source: string;
  text: string;
}

/** Runs a notebook and returns it with its outputs; a failing cell is an AssertionError that shows it. */
async function runNotebook(
  file: string,
  signal: AbortSignal,
  ...options: string[]
): Promise<Notebook> {
  const runner = [join(__dirname, "run_notebooks.py"), "--report", ...options, file];
  const python = spawn(findVenvPython(), runner, {
    stdio: ["ignore", "pipe", "pipe"],
    env: jupyterEnvironment(),
    signal,
  });
  python.on("error", () => {}); // the test has timed out
  const [report, log] = await Promise.all([text(python.stdout), text(python.stderr)]);
  if (report === "") throw new Error(`The notebook runner failed:\n${log}`);
  const { problems, notebook } = JSON.parse(report) as { problems: Problem[]; notebook: Notebook };
  const descriptions = problems.map(
    ({ cell, what, source, text }) => `cell ${cell}, ${what}:\n${source}\n\n${text}`,
  );
  assert.equal(
    descriptions.join("\n\n"),
    "",
    basename(file) + " fails in " + descriptions.join("\n\n"),
  );
  return notebook;
}
