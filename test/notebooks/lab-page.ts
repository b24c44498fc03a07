/// <reference lib="dom" />
/** A notebook in JupyterLab, as a reader's hands and eyes reach it. */
import type { Page } from "playwright-core";

/** What the page says of a cell: its number and the types of its outputs. */
export interface LabCell {
  executionCount: number | null;
  outputs: { type: string; mimeTypes: string[]; text: string }[];
}

/** Opens a notebook and waits until its kernel is ready. */
export async function openNotebook(page: Page, url: string): Promise<void> {
  await keepFiles(page);
  await page.goto(url);
  await page
    .locator(".jp-NotebookPanel .jp-Notebook .cm-content")
    .first()
    .waitFor({ timeout: 180_000 });
  await page
    .locator(".jp-Toolbar-kernelName", { hasNotText: "No Kernel" })
    .waitFor({ timeout: 180_000 });
  await page
    .locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    .waitFor({ timeout: 180_000 });
}

/** JupyterLab saves by itself; the answers say it did, and the committed chapter stays as it is. */
async function keepFiles(page: Page): Promise<void> {
  await page.route(/\/api\/contents\//, async (route) => {
    const request = route.request();
    if (request.method() === "PUT")
      await route.fulfill({ response: await route.fetch({ method: "GET" }) });
    else if (request.method() === "POST") {
      await route.fulfill({
        status: 201,
        json: { id: "checkpoint", last_modified: new Date().toISOString() },
      });
    } else await route.continue();
  });
}

export async function chooseMenu(page: Page, menu: string, item: string): Promise<void> {
  await page.locator(".lm-MenuBar-item", { hasText: new RegExp(`^${menu}$`) }).click();
  await page.locator(".lm-Menu-item", { hasText: item }).first().click();
}

export async function restartAndRunAll(page: Page): Promise<void> {
  await chooseMenu(page, "Edit", "Clear Outputs of All Cells");
  await page.locator("[data-command='notebook:restart-run-all']").first().click();
  await page.locator(".jp-Dialog button", { hasText: "Restart" }).click();
}

/** Waits until the code cells carry the numbers after `first`, in order, or one shows an error; returns them. */
export async function cellsWhenDone(page: Page, first: number): Promise<LabCell[]> {
  const cells = await page.waitForFunction(
    (number) => {
      const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
      if (sessionContext.session?.kernel?.status !== "idle") return undefined;
      const cells = content.widgets
        .filter(({ model }) => model.type === "code")
        .map(({ model }) => ({
          executionCount: model.executionCount,
          outputs: model.outputs.toJSON().map(({ output_type, data, ...rest }) => ({
            type: output_type,
            mimeTypes: Object.keys(data ?? {}),
            text: JSON.stringify(rest),
          })),
        }));
      const isDone = cells.every(({ executionCount }, index) => executionCount === number + index);
      const hasFailed = cells.some(({ outputs }) => outputs.some(({ type }) => type === "error"));
      return isDone || hasFailed ? cells : undefined;
    },
    first,
    { timeout: 400_000, polling: 200 },
  );
  return (await cells.jsonValue())!;
}

/** Scrolls to the PNG that comes first, and returns its width as drawn by the browser. */
export async function firstPictureWidth(page: Page): Promise<number> {
  await page.evaluate(() => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const hasPicture = (cell: LabWidget) =>
      cell.model.type === "code" &&
      cell.model.outputs.toJSON().some(({ data }) => data?.["image/png"]);
    return notebook.scrollToItem(notebook.widgets.findIndex(hasPicture), "center");
  });
  const picture = page.locator(".jp-OutputArea-output img[src^='data:image/png']").first();
  await picture.waitFor();
  return picture.evaluate((image) => (image as HTMLImageElement).naturalWidth);
}

/** The colour of the first `import`, `const` or `await`, and the colour that the theme gives to keywords. */
export async function keywordColours(page: Page): Promise<string[]> {
  const keyword = page.locator(".jp-Notebook .cm-content[data-language=typescript] span", {
    hasText: /^(import|const|await)$/,
  });
  return keyword.first().evaluate((span) => {
    const sample = document.body.appendChild(document.createElement("span"));
    sample.style.color = "var(--jp-mirror-editor-keyword-color)";
    return [getComputedStyle(span).color, getComputedStyle(sample).color];
  });
}

/** The little of JupyterLab's application object that is used here. */
interface LabWidget {
  model: {
    type: string;
    executionCount: number | null;
    outputs: { toJSON(): { output_type: string; data?: Record<string, unknown> }[] };
  };
}

declare global {
  interface Window {
    jupyterapp: {
      shell: {
        currentWidget: {
          sessionContext: { session: { kernel: { status: string } | null } | null };
          content: {
            widgets: LabWidget[];
            scrollToItem(index: number, align: string): Promise<void>;
          };
        };
      };
    };
  }
}
