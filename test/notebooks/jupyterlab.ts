/** A chapter in a real JupyterLab in a real browser: coloured, run, run again, pictures and all. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";
import { chromium } from "playwright-core";
import {
  cellsWhenDone,
  chooseMenu,
  firstPictureWidth,
  keywordColours,
  openNotebook,
  restartAndRunAll,
} from "./lab-page";
import { startLab } from "./lab-server";

/** Why a chapter cannot be shown in a browser here; undefined when it can. */
export function whyNoBrowser(): string | undefined {
  if (findChromium() !== undefined) return undefined;
  return "there is no Chromium; set CHROMIUM to one, or install it";
}

/** Opens a chapter, runs it twice, and looks at what the page shows. */
export async function readInJupyterLab(chapter: string, context: TestContext): Promise<void> {
  const lab = await startLab();
  context.after(() => lab.stop());
  const home = mkdtempSync(join(tmpdir(), "chromium-")); // else it writes into the reader's
  context.after(() => rmSync(home, { recursive: true, force: true }));
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: CHROMIUM_OPTIONS,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
  });
  context.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });

  await openNotebook(page, lab.url(chapter));
  assert.equal(await page.locator(".jp-Toolbar-kernelName").innerText(), "TypeScript");
  const [colour, keywordColour] = await keywordColours(page);
  assert.equal(colour, keywordColour);

  await restartAndRunAll(page);
  const cells = await cellsWhenDone(page, 1);
  assertCleanRun(cells, 1);
  assert.ok((await firstPictureWidth(page)) > 100);

  await chooseMenu(page, "Run", "Run All Cells");
  assertCleanRun(await cellsWhenDone(page, cells.length + 1), cells.length + 1);
  const screenshot = process.env["SCREENSHOT"];
  if (screenshot !== undefined) await page.screenshot({ path: screenshot });
}

const CHROMIUM_OPTIONS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function assertCleanRun(cells: Awaited<ReturnType<typeof cellsWhenDone>>, first: number): void {
  const faults = cells.flatMap(({ outputs }) =>
    outputs.filter(({ type, text }) => type === "error" || text.includes(`"name":"stderr"`)),
  );
  assert.deepEqual(faults, []);
  assert.deepEqual(
    cells.map(({ executionCount }) => executionCount),
    cells.map((_, index) => first + index),
  );
}

/** $CHROMIUM, or a Chromium or Chrome on the PATH. */
function findChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome", "chrome.exe"];
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return process.env["CHROMIUM"] ?? candidates.find((path) => existsSync(path));
}
