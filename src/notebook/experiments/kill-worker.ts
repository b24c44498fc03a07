/** A fault to inject: a worker's process dies in the middle of a task, without a word. */
import type { AgentEvent, OnEvent } from "../../agents/events";

/**
 * Makes an `onEvent` for runProcesses that kills a worker as `kill -9` does, at the moment it begins
 * its `nth` task. The process cannot catch this signal: no cleaning up, no goodbye.
 */
export function killDuringTask(nth: number, worker = "Worker-1"): OnEvent {
  let pid: number | undefined;
  let begun = 0;
  return (event: AgentEvent) => {
    if (event.agent !== worker) return;
    if (event.type === "process-started") pid = event.pid;
    if (event.type === "task-started" && ++begun === nth && pid) process.kill(pid, "SIGKILL");
  };
}
