/** Which of the idle workers gets the next task, and what that makes of their shares. */
import type { Router } from "zeromq";
import { lab } from "../lab/lab";
import { BrokerTrial, type MiniBroker } from "./broker-trial";

/** Which end of the line of idle workers is served. */
export type Choice = "least recently used" | "most recently used";

/** Counts, for either choice, how many of the tasks of a quiet day each worker does: one number a bar. */
export async function sharesByChoice(day: QuietDay): Promise<Record<string, number>> {
  const bars: Record<string, number> = {};
  for (const choice of ["least recently used", "most recently used"] as const)
    for (const [worker, share] of Object.entries(await shareQuietly(choice, day)))
      bars[`${choice}: ${worker}`] = share;
  return bars;
}

/** So many tasks that come one after the other, and so many equal workers. */
export interface QuietDay {
  workers: number;
  tasks: number;
}

/**
 * Brings tasks to equal workers through a broker in miniature, each when the one
 * before is done, so that all are idle every time. @returns how many each did.
 */
export async function shareQuietly(
  choice: Choice,
  { workers, tasks }: QuietDay,
): Promise<Record<string, number>> {
  const names = Array.from({ length: workers }, (_, index) => `Worker-${index + 1}`);
  const shares = Object.fromEntries(names.map((name) => [name, 0]));
  await lab("a quiet day", async ({ use }) => {
    const trial = await BrokerTrial.open(miniBroker(choice), names, use);
    for (const name of names) await trial.ready(name);
    for (let n = 1; n <= tasks; n++) {
      await trial.bring(`Task_${n}`);
      const { worker } = await trial.delivery(`Task_${n} came to no worker.`);
      shares[worker]!++;
      await trial.ready(worker);
    }
  });
  return shares;
}

/** A broker that serves one end of the line. */
export function miniBroker(choice: Choice): MiniBroker {
  return async (router: Router) => {
    const idle: Buffer[] = [];
    const waiting: Buffer[] = [];
    const take = () => (choice === "least recently used" ? idle.shift() : idle.pop());
    for await (const [sender, word, task] of router) {
      if (String(word) === "READY") idle.push(sender!);
      else waiting.push(task!);
      while (idle.length > 0 && waiting.length > 0) await router.send([take()!, waiting.shift()!]);
    }
  };
}
