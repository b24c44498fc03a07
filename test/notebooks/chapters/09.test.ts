/** What chapter 9 claims: who is noticed how, what that costs, and that nothing is lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "zeromq";
import type { AgentEvent } from "../../../src/agents/events";
import { majordomoWorkerAgent } from "../../../src/agents/majordomo/worker";
import { comeAndGo } from "../../../src/notebook/experiments/comings-and-goings";
import { cutDuringTask } from "../../../src/notebook/experiments/cut-cable";
import { countWork, restartBroker } from "../../../src/notebook/experiments/restart-broker";
import { hear, type Heard } from "../../../src/notebook/experiments/worker-on-the-wire";
import { lab } from "../../../src/notebook/lab/lab";
import { agentOf } from "../../../src/notebook/pictures/recording";
import { freePort } from "../../free-port";

/** Not at the tutorial's own address: a chapter may be using that at the same time. */
async function anywhere() {
  return { brokerAddr: `tcp://127.0.0.1:${await freePort()}` };
}

/** What a worker that beats every 100 ms says to a bare ROUTER: [its name, the byte of the command]. */
async function heardBy(n: number, liveness: number, reply?: (string | Buffer)[]) {
  const heard: Heard[] = await lab("chapter 9", async ({ signal, use }) => {
    const router = use(new Router({ linger: 0 }));
    await router.bind("tcp://127.0.0.1:*");
    const brokerAddr = router.lastEndpoint!;
    const heart = { heartbeatMs: 100, liveness, reconnectMs: 100 };
    void use(majordomoWorkerAgent({ brokerAddr, ...heart, signal }));
    return hear(router, n, reply);
  });
  return heard.map(({ frames }) => ({ who: String(frames[0]), command: frames[2]![0] }));
}

test("to a broker that answers, a worker is one and beats on", { timeout: 240_000 }, async () => {
  const heard = await heardBy(5, 100, ["MDPW02", Buffer.of(5)]);
  assert.deepEqual(
    heard.map(({ command }) => command),
    [1, 5, 5, 5, 5],
  );
  assert.equal(new Set(heard.map(({ who }) => who)).size, 1);
});

test(
  "to a broker that is silent, it comes back under a new name",
  { timeout: 240_000 },
  async () => {
    const heard = await heardBy(8, 3);
    const names = [...new Set(heard.map(({ who }) => who))];
    assert.ok(names.length >= 2, names.join());
    for (const name of names)
      assert.equal(heard.find(({ who }) => who === name)?.command, 1, "READY comes first");
  },
);

test(
  "workers die, freeze, leave and join, and each task ends once",
  { timeout: 240_000 },
  async () => {
    const { client, events } = await comeAndGo(await anywhere(), 400);
    assert.deepEqual(countWork(events).results, 400);
    assert.deepEqual(
      [client.outcome, client.results.length, client.deadLetters],
      ["complete", 400, []],
    );
    assert.ok(countWork(events).begun > 400, "what was lost or late was begun again");
    const partings = events.flatMap((event) =>
      event.type === "worker-left" ? [`${agentOf(event.worker)} ${event.parting}`] : [],
    );
    assert.ok(partings.includes("Worker-1 unreachable"), partings.join());
    assert.ok(partings.includes("Worker-3 disconnected"), partings.join());
    if (process.platform === "win32") return;
    assert.ok(partings.includes("Worker-2 expired"), partings.join());
    assert.ok(events.some(isStaleResult), "the thawed worker's result was refused");
  },
);

function isStaleResult(event: AgentEvent): boolean {
  return event.type === "frame-rejected" && /Worker-2.*does not hold any more/.test(event.reason);
}

test(
  "a broker that believes for ever waits as long as the cable is cut",
  { timeout: 240_000 },
  async () => {
    const careful = await cutDuringTask(3, 10_000);
    const believer = await cutDuringTask(1_000_000, 10_000);
    assert.ok(believer.waitedMs > 9900, `${believer.waitedMs}`);
    assert.ok(careful.waitedMs < believer.waitedMs, `${careful.waitedMs}`);
  },
);

test(
  "a broker that is killed under load costs work, and no result",
  { timeout: 480_000 },
  async () => {
    const { client, events } = await restartBroker(await anywhere());
    assert.deepEqual(
      [client.outcome, client.results.length, client.deadLetters],
      ["complete", 60, []],
    );
    assert.ok(client.resent >= 1, `${client.resent} sent again`);
    assert.equal(events.filter(({ type }) => type === "listening").length, 2);
  },
);
