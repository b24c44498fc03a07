import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { freeAddresses, Program } from "./programs";

const options = { timeout: 480_000 };
const agents = ["task-generator", "task-processor", "result-collector"];
const quick = ["--task-delay-ms", "0"];

const order = (names: string[]) => names.join(", ");
const orders = [agents, [...agents].reverse()];

for (const names of orders)
  test(`three programs, started as ${order(names)}, find each other`, options, async (t) => {
    const env = await freeAddresses();
    const flags: Record<string, string[]> = {
      "task-generator": ["--tasks", "4", "--workers", "1", ...quick],
      "task-processor": ["--worker-id", "7", "--work-ms", "0"],
      "result-collector": ["--tasks", "4", "--workers", "1", "--worker-ids", "7"],
    };
    const programs: Program[] = [];
    for (const name of names) {
      const program = new Program(t, name, flags[name], env);
      await once(program.child, "spawn");
      programs.push(program);
    }
    for (const program of programs) assert.equal(await program.exit(), 0, program.stderr);
    const text = programs.map(({ stdout }) => stdout).join("");
    assert.match(text, /^\[Generator\] complete: 4 tasks sent to 1 worker in \d+\.\d s$/m);
    assert.match(text, /^\[Worker-7\] finished: Result_for_\(Task_4_payload\)_by_Worker-7$/m);
    assert.match(text, /^\[Collector\] complete: 4 results in \d+\.\d s \(Worker-7 4\)$/m);
    assert.equal(programs.map(({ stderr }) => stderr).join(""), "");
  });

test("--help shows every flag and its default", options, async (t) => {
  const helps = agents.map((name) => new Program(t, name, ["--help"]));
  for (const help of helps) assert.equal(await help.exit(), 0);
  const [generator, processor, collector] = helps.map(({ stdout }) => stdout);
  assert.match(generator!, /--tasks <n> .*\(default: 10\)/);
  assert.match(generator!, /--task-delay-ms/);
  assert.match(processor!, /--worker-id <name>[^]*--work-ms/);
  assert.match(processor!, /tcp:\/\/127\.0\.0\.1:5559[^]*env:\s+CONTROL_SYNC_ADDR/);
  assert.match(collector!, /--workers <n>[^]*--worker-ids[^]*--result-collector-addr/);
  assert.ok(helps.every(({ stdout }) => !stdout.includes("report-to-parent")));
});

const mistakes: [name: string, flags: string[], complaint: RegExp][] = [
  [
    "task-generator",
    ["--tasks", "many"],
    /--tasks <n>' argument 'many' is invalid\. It must be a whole/,
  ],
  ["task-generator", ["--task-delay-ms", ""], /argument '' is invalid\. It must be milliseconds/],
  ["task-generator", ["--task"], /unknown option '--task'/],
  ["task-generator", ["10"], /too many arguments/],
  [
    "task-generator",
    ["--workers", "0"],
    /^task-generator: Cannot use workers .* current value is 0$/m,
  ],
  ["task-processor", ["--worker-id"], /'--worker-id <name>' argument missing/],
  ["task-processor", ["--worker-id", ""], /^task-processor: Cannot use workerId /m],
  ["task-processor", ["--control-sync-addr", "5559"], /Cannot use controlSyncAddr .*is "5559"$/m],
];

for (const [name, flags, complaint] of mistakes)
  test(`wrong flags: one clear line, exit code 1: ${flags.join(" ")}`, options, async (t) => {
    const program = new Program(t, name, flags, await freeAddresses());
    assert.equal(await program.exit(), 1);
    assert.match(program.stderr, complaint);
    const hint = /^\((Did you mean .*|--help shows all flags)\)\n/gm;
    assert.match(program.stderr.replace(hint, ""), /^[^\n]+\n$/);
    assert.equal(program.stdout, "");
  });

test("a taken port: one line, exit code 1", options, async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const taken = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const program = new Program(t, "result-collector", ["--result-collector-addr", taken]);
  assert.equal(await program.exit(), 1);
  assert.match(program.stderr, /^result-collector: Cannot bind .* the port is taken[^\n]*\n$/);
});

test("a flag goes before an environment variable", options, async (t) => {
  const { TASK_VENTILATOR_ADDR: address, ...env } = await freeAddresses();
  const flags = ["--task-ventilator-addr", address];
  const program = new Program(t, "task-generator", flags, {
    ...env,
    TASK_VENTILATOR_ADDR: "wrong",
  });
  await program.says(`[Generator] listening on ${address} and ${env.CONTROL_SYNC_ADDR}\n`);
});

test("nobody comes: the reason, exit code 1", options, async (t) => {
  const flags = ["--start-timeout-ms", "100"];
  const program = new Program(t, "task-generator", flags, await freeAddresses());
  assert.equal(await program.exit(), 1);
  assert.match(program.stderr, /^task-generator: Only 0 of 2 workers came within 100 ms/);
});

for (const signal of ["SIGINT", "SIGTERM"] as const)
  test(`${signal} prints the summary and exits 0`, options, async (t) => {
    const program = new Program(t, "task-generator", [], await freeAddresses());
    await program.says("listening");
    program.child.kill(signal);
    assert.equal(await program.exit(), 0);
    assert.match(
      program.stdout,
      /^\[Generator\] stopped: 0 tasks sent to 0 workers in \d+\.\d s$/m,
    );
    assert.equal(program.stderr, "");
  });

test("the neighbours were lost: exit code 1", options, async (t) => {
  const env = await freeAddresses();
  const flags = ["--peer-timeout-ms", "200", "--workers", "1"];
  const collector = new Program(t, "result-collector", flags, env);
  const generator = new Program(t, "task-generator", flags, env);
  const worker = new Program(t, "task-processor", [], env);
  await worker.says("working on");
  worker.child.kill("SIGKILL");
  assert.deepEqual([await collector.exit(), await generator.exit()], [1, 1]);
  assert.match(collector.stdout, /^\[Collector\] workers-lost: /m);
  assert.match(generator.stdout, /^\[Generator\] workers-lost: /m);
});

test("a reader that closes early (| head -1) ends it without a stack trace", options, async (t) => {
  const program = new Program(t, "task-generator", [], await freeAddresses());
  program.child.stdout.destroy();
  program.child.kill("SIGCONT");
  const code = await program.exit();
  assert.ok(code === 1 || code === 0, String(code));
  assert.equal(program.stderr, "");
});
