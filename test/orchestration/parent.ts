/** A program that runs a pipeline of processes that do not end soon, and prints what they report. */
import { runProcesses } from "../../src/orchestration/run-processes";
import { anyPorts } from "./ports";

void runProcesses({
  ...anyPorts,
  taskDelayMs: 5,
  workMs: [60_000, 60_000],
  onEvent: (event) => console.log(JSON.stringify(event)),
});
