import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { MajordomoBrokerEvent } from "../../src/agents/majordomo/events";
import { Crew } from "../../src/orchestration/crew";
import { startBroker, startWorkers, type LaunchPool } from "../../src/orchestration/pool-start";
import { Recorder } from "../../src/orchestration/recorder";
import { withoutWarning } from "./warnings";

/** What becomes of a worker: it joins, it does nothing at all, or its process is killed. */
type Fate = "joins" | "hangs" | "killed";

const untilStopped = async (signal: AbortSignal) => {
  if (!signal.aborted) await once(signal, "abort");
  return undefined;
};

/** Starts a pool of actors; `inTurn` or not makes no difference to what is promised. */
function pool(fates: Fate[], inTurn: boolean, brokerListens = true) {
  const recorder = new Recorder();
  const crew = new Crew();
  const say = (event: object) =>
    recorder.onEvent({ agent: "Broker", at: 1, ...event } as MajordomoBrokerEvent);
  const brokerDies = new AbortController();
  const launch: LaunchPool = {
    inTurn,
    broker: async ({ signal }) => {
      if (!brokerListens) return undefined;
      say({ type: "listening", addresses: ["tcp://127.0.0.1:5555"] });
      return untilStopped(AbortSignal.any([signal, brokerDies.signal]));
    },
    worker: async ({ workerId, signal }) => {
      const fate = fates[Number(workerId) - 1]!;
      if (fate === "killed") return undefined;
      if (fate === "joins") say({ type: "worker-joined", worker: `Worker-${workerId}-0123abcd` });
      return untilStopped(signal);
    },
    client: () => Promise.resolve(undefined),
  };
  const shared = { heartbeatMs: 250, onEvent: recorder.onEvent };
  const stage = { launch, recorder, crew, shared };
  const start = async (startTimeoutMs: number) => {
    const broker = await startBroker(stage, {});
    return startWorkers(stage, broker, { count: fates.length, workMs: [], startTimeoutMs });
  };
  return { start, crew, brokerDies };
}

for (const inTurn of [true, false]) {
  const how = inTurn ? "in turn" : "all at once";

  test(`${how}: who was killed is not waited for`, { timeout: 240_000 }, async () => {
    const { start } = pool(["joins", "killed", "joins"], inTurn);
    const { ended, leave } = await start(60_000);
    assert.equal(ended.length, 3);
    await leave();
  });

  test(`${how}: when all were killed, that is an error`, { timeout: 240_000 }, async () => {
    const { start } = pool(["killed", "killed"], inTurn);
    await assert.rejects(start(60_000), /None of 2 workers has joined the broker: all were killed/);
  });

  test(`${how}: who does not join in time is counted`, { timeout: 240_000 }, async () => {
    const { start } = pool(["joins", "hangs"], inTurn);
    await assert.rejects(start(50), {
      message: "Only 1 of 2 workers have joined the broker within 50 ms.",
    });
  });

  test(`${how}: without a broker there is nothing to join`, { timeout: 240_000 }, async () => {
    const { start, brokerDies } = pool(["joins", "hangs"], inTurn);
    brokerDies.abort();
    await assert.rejects(start(60_000), /The broker has ended before the workers had joined/);
  });

  test(`${how}: stopped meanwhile, nobody is waited for`, { timeout: 240_000 }, async () => {
    const { start, crew } = pool(["joins", "hangs", "hangs"], inTurn);
    const started = start(60_000);
    crew.add(Promise.reject(new Error("stop"))).catch(() => {});
    const { ended } = await started;
    await Promise.all(ended);
  });

  test(`${how}: twelve workers are no reason to warn`, { timeout: 240_000 }, async () => {
    const { start } = pool(Array<Fate>(12).fill("joins"), inTurn);
    await withoutWarning(async () => (await start(60_000)).leave());
  });
}

test("a broker that is killed before it listens is an error", { timeout: 240_000 }, async () => {
  const { start } = pool(["joins"], true, false);
  await assert.rejects(start(60_000), /The broker has ended before it listened/);
});
