/**
 * Where a notebook's outputs go: the kernel that runs this code.
 *
 * tslab's own `display` writes one format and no metadata. A picture needs both: a text beside it for
 * whoever cannot see it, and the size to show it at. So this writes through the function that
 * `display` itself uses.
 */
import { randomBytes } from "node:crypto";

/** One output in several formats, by MIME type; the reader's program shows the richest it can. */
export interface Output {
  data: Record<string, string>;
  metadata?: Record<string, unknown>;
}

type Write = (
  output: Required<Output> & { transient: { display_id?: string } },
  update: boolean,
) => void;

/**
 * Shows an output below the cell.
 * @throws Error outside a notebook.
 */
export function show({ data, metadata = {} }: Output): void {
  kernelWriter()({ data, metadata, transient: {} }, false);
}

/** Makes one place below the cell: each call of the function it returns replaces what stands there. */
export function createPlace(): (output: Output) => void {
  const transient = { display_id: randomBytes(8).toString("hex") };
  let shown = false;
  return ({ data, metadata = {} }) => {
    kernelWriter()({ data, metadata, transient }, shown);
    shown = true;
  };
}

/** Markdown as an output; readers without Markdown get the same text. */
export function markdown(text: string): Output {
  return { data: { "text/markdown": text, "text/plain": text } };
}

/** The kernel may be another installation of tslab than ours, so it is looked up among what is loaded. */
function kernelWriter(): Write {
  for (const [file, loaded] of Object.entries(require.cache)) {
    if (!/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(file)) continue;
    const { lastWriteDisplayData } = loaded?.exports as { lastWriteDisplayData: Write | null };
    if (lastWriteDisplayData) return lastWriteDisplayData;
  }
  throw new Error(
    "Cannot show an output as this is not a notebook with the TypeScript kernel (tslab). " +
      "In a program, use the draw… functions: they return the picture.",
  );
}
