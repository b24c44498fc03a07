/** Stands in for the kernel: keeps what would be shown. */
import { join } from "node:path";
import type { TestContext } from "node:test";

export interface Written {
  data: Record<string, string>;
  metadata: Record<string, unknown>;
  displayId: string | undefined;
  update: boolean;
}

/** Pretends, until the test ends, that this process is a tslab kernel. */
export function pretendToBeKernel(t: TestContext): Written[] {
  const file = join("fake", "tslab", "dist", "jupyter.js");
  const written: Written[] = [];
  const lastWriteDisplayData = (
    output: Pick<Written, "data" | "metadata"> & { transient: { display_id?: string } },
    update: boolean,
  ) => {
    const { data, metadata, transient } = output;
    written.push({ data, metadata, displayId: transient.display_id, update });
  };
  require.cache[file] = { exports: { lastWriteDisplayData } } as NodeJS.Module;
  t.after(() => delete require.cache[file]);
  return written;
}
