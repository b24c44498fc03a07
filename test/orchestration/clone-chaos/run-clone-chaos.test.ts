/** Short Clone chaos runs, as `npm run clone-chaos` runs them: the compiled program, whose processes start fast. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { runCloneChaos } from "../../../src/orchestration/clone-chaos/run-clone-chaos";

const program = path.join(__dirname, "../../../dist/orchestration/clone-chaos/run-clone-chaos.js");

/** Runs the command with these flags to its end. */
function chaos(t: TestContext, ...flags: string[]) {
  const child = spawn(process.execPath, [program, ...flags]);
  t.after(() => child.kill("SIGKILL"));
  const ended = once(child, "close") as Promise<[number | null]>;
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const end = async () => {
    const [[code], [stdout, stderr]] = await Promise.all([ended, said]);
    return { code, stdout, stderr };
  };
  return { child, end };
}

const short = "--updates 1000 --subscribers 4 --crashes 5 --restarts 1 --freezes 3".split(" ");

for (const seed of ["1", "2"])
  test(
    `1,000 updates among faults (seed ${seed}): all survivors equal`,
    { timeout: 240_000 },
    async (t) => {
      const { code, stdout, stderr } = await chaos(t, "--seed", seed, ...short).end();
      assert.match(stdout, /7 survivors equal the server, entry by entry: \d+ entries/, stdout + stderr); // prettier-ignore
      assert.match(stdout, /restart subscriber 5/);
      assert.match(stdout, /restart server 1/);
      assert.match(stdout, /updates lost [1-9]/);
      assert.match(stdout, /noticed: [1-9]\d* gaps/);
      assert.deepEqual([code, stderr], [0, ""]);
    },
  );

test("Ctrl-C ends it", { timeout: 480_000 }, async (t) => {
  const { child, end } = chaos(t, "--updates", "100000");
  await once(child.stdout, "data"); // "seed 1: …"
  child.kill("SIGINT");
  const { code, stdout, stderr } = await end();
  assert.match(stdout, /stopped in/);
  assert.deepEqual([code, stderr], [0, ""]);
});

test("stopped from outside it leaves nobody behind", { timeout: 480_000 }, async () => {
  const stop = new AbortController();
  const pids: number[] = [];
  const report = await runCloneChaos({
    updates: 100_000,
    subscribers: 1,
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === "process-started") pids.push(event.pid);
      if (event.type === "confirmed") stop.abort();
    },
  });
  assert.equal(report.outcome, "stopped");
  assert.equal(pids.length, 5);
  for (const pid of pids) assert.throws(() => process.kill(pid, 0), /ESRCH/);
});
