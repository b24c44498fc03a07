/** A short chaos run, as `npm run chaos` runs it: the compiled program, whose processes start fast. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { runChaos } from "../../../src/orchestration/chaos/run-chaos";
import { CHAOS_DIRECTORY } from "../../../src/orchestration/chaos/work";

const program = path.join(__dirname, "../../../dist/orchestration/chaos/run-chaos.js");

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

for (const prefetch of ["1", "4"])
  test(
    `400 tasks among faults, ${prefetch} at once: each ends once`,
    { timeout: 240_000 },
    async (t) => {
      const flags = [
        "--tasks",
        "400",
        "--workers",
        "3",
        "--fault-every",
        "20",
        "--prefetch",
        prefetch,
      ];
      const { end } = chaos(t, "--seed", "1", ...flags);
      const { code, stdout, stderr } = await end();
      assert.match(stdout, /every task ended exactly once/, stdout + stderr);
      assert.match(
        stdout,
        /^seed 1: 400 tasks, 3 workers, 19 faults to come\n\d\d faults: .*poisoned/,
      );
      assert.equal(code, 0);
      assert.equal(stderr, "");
    },
  );

test("Ctrl-C ends it, and says how far it came", { timeout: 240_000 }, async (t) => {
  const { child, end } = chaos(t, "--tasks", "100000", "--workers", "2");
  await once(child.stdout, "data"); // "seed 1: …"
  child.kill("SIGINT");
  const { code, stdout, stderr } = await end();
  assert.match(stdout, /stopped/);
  assert.equal(code, 0);
  assert.equal(stderr, "");
});

test("the environment is left as it was", { timeout: 480_000 }, async (t) => {
  t.after(() => delete process.env[CHAOS_DIRECTORY]);
  for (const before of [undefined, "mine"]) {
    if (before) process.env[CHAOS_DIRECTORY] = before;
    const report = await runChaos({ tasks: 100, workers: 2, signal: AbortSignal.abort() });
    assert.equal(report.outcome, "stopped");
    assert.equal(process.env[CHAOS_DIRECTORY], before);
  }
});

test("a wrong flag is refused", { timeout: 240_000 }, async (t) => {
  const { code, stderr } = await chaos(t, "--workers", "1").end();
  assert.match(stderr, /workers/);
  assert.equal(code, 1);
});
