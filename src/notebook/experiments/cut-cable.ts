/** A fault to inject: somebody pulls the cable of a worker that is in the middle of a task. */
import type { AgentEvent } from "../../agents/events";
import { majordomoClientAgent } from "../../agents/majordomo/client";
import { majordomoWorkerAgent } from "../../agents/majordomo/worker";
import { Cable } from "../../orchestration/chaos/cable";
import { openBroker } from "../lab/broker";
import { lab } from "../lab/lab";

/** What became of the task. */
export interface CutOff {
  /** From the beginning of its work to its result at the client, in milliseconds. */
  waitedMs: number;
  /** What all agents reported. */
  events: AgentEvent[];
}

/**
 * Cuts the cable of Worker-1 in its second task, and mends it after `cutMs`. Worker-2 is there all the
 * time. The broker strikes off who misses `liveness` heartbeats of 100 ms.
 */
export async function cutDuringTask(liveness: number, cutMs = 3000): Promise<CutOff> {
  return lab("a cable", async ({ signal, use }) => {
    const events: AgentEvent[] = [];
    const onEvent = (event: AgentEvent) => {
      events.push(event);
      if (event.type === "task-started" && event.agent === "Worker-1" && ++begun === 2) cut();
    };
    let begun = 0;
    const brokerAddr = await openBroker({ signal, use }, { heartbeatMs: 100, liveness, onEvent });
    const cable = use(await Cable.to(brokerAddr));
    const cut = () => {
      cable.cut();
      const mending = setTimeout(() => cable.mend(), cutMs);
      use(() => clearTimeout(mending));
    };
    const hands = { heartbeatMs: 100, workMs: 200, signal, onEvent };
    void use(majordomoWorkerAgent({ ...hands, workerId: "1", brokerAddr: cable.address }));
    void use(majordomoWorkerAgent({ ...hands, workerId: "2", brokerAddr }));
    await majordomoClientAgent({ brokerAddr, heartbeatMs: 100, tasks: 8, signal, onEvent });
    return { waitedMs: waitFor(events), events };
  });
}

/** How long the second task of Worker-1 took. */
function waitFor(events: readonly AgentEvent[]): number {
  const begun = events.filter(
    (event) => event.type === "task-started" && event.agent === "Worker-1",
  );
  const cutOff = begun[1];
  if (cutOff?.type !== "task-started") throw new Error("Worker-1 has not begun a second task.");
  const result = events.find(
    (event) => event.type === "result-received" && event.taskId === cutOff.taskId,
  );
  return result!.at - cutOff.at;
}
