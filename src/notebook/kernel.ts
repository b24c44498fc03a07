/**
 * The TypeScript kernel that Jupyter starts: tslab, with the gaps closed that a reader would fall into.
 *
 *     Jupyter ── shell, control ──▶ CellServer ──▶ CellHandler ──▶ cell executor ──▶ tslab
 *
 *     node dist/notebook/kernel.js --config-path <connection file>
 */
import { parseArgs } from "node:util";
import { createCellExecutor } from "./kernel/cell-executor";
import { CellHandler } from "./kernel/cell-handler";
import { CellServer } from "./kernel/cell-server";
import { Interruptible } from "./kernel/interruptible";

/** Serves one notebook until Jupyter shuts it down or goes away. */
async function startKernel(configPath: string): Promise<void> {
  const interruptible = await Interruptible.start();
  const cells = createCellExecutor(interruptible, (failure) => server.publishFailure(failure));
  const server = new CellServer(new CellHandler(cells), configPath);
  process.on("SIGINT", cells.interrupt);
  process.on("uncaughtException", cells.failUncaught);
  process.on("unhandledRejection", cells.failUncaught);
  await server.init();
}

const { values } = parseArgs({ options: { "config-path": { type: "string" } } });
if (values["config-path"] === undefined) {
  console.error(
    "The kernel needs --config-path <connection file>; Jupyter passes it. Open a notebook with `npm start`.",
  );
  process.exit(1);
}
void startKernel(values["config-path"]);
