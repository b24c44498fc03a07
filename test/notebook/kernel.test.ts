import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { assertSupportedVersion } from "../../src/notebook/kernel/tslab";
import {
  connectKernel,
  printed,
  type CellResult,
  type KernelConnection,
} from "../notebooks/kernel-client";

/** The one error output of a cell, which its reply repeats. */
function errorOf({ reply, outputs }: CellResult) {
  const errors = outputs.filter(({ type }) => type === "error");
  assert.equal(errors.length, 1, JSON.stringify(outputs));
  const { ename, evalue, traceback = [] } = errors[0]!;
  assert.equal(reply.status, "error");
  assert.deepEqual(
    { ename, evalue, traceback },
    { ename: reply.ename, evalue: reply.evalue, traceback: reply.traceback },
  );
  return { ename, evalue, traceback: traceback.join("\n") };
}

void suite("the kernel", { timeout: 240_000 }, () => {
  let kernel: KernelConnection;
  before(async () => {
    kernel = await connectKernel();
  });
  after(() => kernel.close());

  test("says that cells are TypeScript, in the words JupyterLab knows", async () => {
    const info = await kernel.info();
    assert.equal(info["implementation"], "tslab");
    assert.deepEqual(info["language_info"], {
      name: "typescript",
      version: "5.0.4",
      mimetype: "text/typescript",
      file_extension: ".ts",
      codemirror_mode: "typescript",
      pygments_lexer: "typescript",
    });
  });

  test("shows a thrown error with its stack in the cell, without the kernel's own frames", async () => {
    const { ename, evalue, traceback } = errorOf(
      await kernel.run(`function misbehave() { throw new RangeError("too far"); }\nmisbehave();`),
    );
    assert.equal(ename, "RangeError");
    assert.equal(evalue, "too far");
    assert.match(
      traceback,
      /^function misbehave.*\n +\^\n\nRangeError: too far\n {4}at misbehave \(<cell>\)/,
    );
    assert.doesNotMatch(traceback, /tslab|node:|evalmachine/);
  });

  test("shows what is not an Error when it is thrown", async () => {
    const { ename, evalue } = errorOf(await kernel.run(`await null; throw { reason: "none" };`));
    assert.equal(ename, "Thrown");
    assert.equal(evalue, "{ reason: 'none' }");
  });

  test("shows a type error with line, column, message and the line itself", async () => {
    const { ename, evalue, traceback } = errorOf(
      await kernel.run(`const fine = 1;\nconst wrong: number = "text";`),
    );
    assert.equal(ename, "TypeScriptError");
    assert.equal(
      evalue,
      `line 2, column 7 - error TS2322: Type 'string' is not assignable to type 'number'.`,
    );
    assert.equal(traceback, `${evalue}\n\n    const wrong: number = "text";\n          ^\n`);
  });

  test("shows a syntax error", async () => {
    const { evalue } = errorOf(await kernel.run("const half = (1 + ;"));
    assert.match(evalue!, /^line 1, column 19 - error TS1109: Expression expected\./);
  });

  test("fails the cell whose promise rejects while it runs, at once", async () => {
    const { ename, traceback } = errorOf(
      await kernel.run(
        `void Promise.reject(new TypeError("lost"));\nawait new Promise((resolve) => setTimeout(resolve, 50_000));`,
      ),
    );
    assert.equal(ename, "TypeError");
    assert.match(traceback, /Is an `await` missing\?\nTypeError: lost/);
  });

  test("fails the cell that forgets to await an async function", async () => {
    const result = await kernel.run(
      `async function work() { await null; throw new Error("lost"); }\nwork();`,
    );
    assert.equal(errorOf(result).evalue, "lost");
  });

  test("fails the cell in which a callback throws", async () => {
    const result = await kernel.run(
      `setTimeout(() => { throw new Error("in a timer"); }, 1);\nawait new Promise((resolve) => setTimeout(resolve, 50_000));`,
    );
    assert.equal(errorOf(result).evalue, "in a timer");
  });

  test("marks the cell whose promise rejects after it", async () => {
    const source = `void new Promise((_, reject) => setTimeout(reject, 20, new Error("late")));`;
    assert.equal((await kernel.run(source)).reply.status, "ok");
    const late = await kernel.lateOutput();
    assert.equal(late.source, source);
    assert.equal(late.output.type, "error");
    assert.equal(late.output.evalue, "late");
  });

  test("aborts the cells queued behind one that fails", async () => {
    const [failed, queued] = await kernel.runAll(
      `throw new Error("stop");`,
      `console.log("not run");`,
    );
    assert.equal(failed?.reply.status, "error");
    assert.equal(queued?.reply.status, "aborted");
    assert.deepEqual(queued?.outputs, []);
    while ((await kernel.run(`console.log("on");`)).reply.status === "aborted");
  });

  test("runs a bare top-level for await, await (…) and await […]", async () => {
    const loop = `async function* count() { yield 1; yield 2; }\nfor await (const n of count()) console.log(n);`;
    assert.equal(printed(await kernel.run(loop)), "1\n2\n");
    assert.equal(printed(await kernel.run(`console.log(await (async () => 3)());`)), "3\n");
    assert.equal((await kernel.run(`await [1];`)).reply.status, "ok");
  });

  test("loses none of 5000 lines written in one go", async () => {
    const result = await kernel.run(`for (let n = 0; n < 5000; n++) console.log(n);`);
    assert.equal(printed(result), Array.from({ length: 5000 }, (_, n) => `${n}\n`).join(""));
  });

  /** Runs a cell, presses once when it says "on it", and checks that this ended it, and only it. */
  async function pressOnce(source: string): Promise<void> {
    assert.equal(errorOf(await kernel.interrupt("on it", source)).ename, "Interrupted");
    assert.equal(printed(await kernel.run(`console.log("alive");`)), "alive\n");
  }

  test("stops a cell that waits at the first interrupt", () =>
    pressOnce(`await null;\nconsole.log("on it");\nawait new Promise(() => {});`));

  test("stops a cell that computes at the first interrupt, every time", async () => {
    for (let n = 0; n < 20; n++) await pressOnce(`console.log("on it");\nfor (;;);`);
  });

  // The interrupt comes just before, as, or just after the cell ends its synchronous part.
  test("stops a cell that goes from computing to waiting at the first interrupt", async () => {
    for (let n = 0; n < 20; n++) {
      const compute = `for (const end = Date.now() + ${n % 4}; Date.now() < end; );`;
      await pressOnce(`console.log("on it");\n${compute}\nawait new Promise(() => {});`);
    }
  });

  test("loses no interrupt that comes as the last thing in the synchronous part", async () => {
    const press = `process.kill(process.pid, "SIGINT");`;
    for (let n = 0; n < 20; n++) {
      const pressed = await kernel.run(`${press}\nawait new Promise(() => {});`);
      assert.equal(errorOf(pressed).ename, "Interrupted");
      assert.equal(printed(await kernel.run(`console.log("alive");`)), "alive\n");
    }
  });

  test("stops a cell that prints without end, and prints on", async () => {
    for (let n = 0; n < 5; n++)
      await pressOnce(`for (let n = 0; ; n++) console.log(n === 600 ? "on it" : n);`);
  });

  test("survives an interrupt while no cell runs; the cell after the next knows nothing of it", async () => {
    process.kill(kernel.pid, "SIGINT");
    // A signal and a message take different ways, so this one may meet the signal.
    const next = await kernel.run(`console.log("alive");`);
    if (next.reply.status !== "ok") assert.equal(errorOf(next).ename, "Interrupted");
    assert.equal(printed(await kernel.run(`console.log("alive");`)), "alive\n");
  });

  test("survives an interrupt after a cell listened for one", async () => {
    await kernel.run(`void process.on("SIGINT", () => {});`);
    await pressOnce(`await null;\nconsole.log("on it");\nawait new Promise(() => {});`);
  });

  test("ends when it is shut down, whatever a cell left running", async () => {
    await kernel.run(`setInterval(() => {}, 1000);`);
    // By itself, not by a signal. The code is mostly 0; it was 7 once, after the interrupts above.
    const { exitCode } = await kernel.shutDown();
    assert.ok(exitCode >= 0, `a signal ended it: ${exitCode}`);
  });
});

for (const [meanwhile, cell] of [
  ["waits", "await new Promise(() => {});"],
  ["computes", "for (;;);"],
] as const)
  test(
    `the kernel ends when the Jupyter that started it is killed, while a cell ${meanwhile}`,
    { timeout: 240_000 },
    async (context) => {
      const kernel = await connectKernel();
      context.after(() => kernel.close());
      const folder = mkdtempSync(path.join(tmpdir(), "kernel-"));
      context.after(() => rmSync(folder, { recursive: true }));
      const sign = path.join(folder, "begun");
      const begin = `require("fs").writeFileSync(${JSON.stringify(sign)}, "");`;
      kernel.run(`${begin}\n${cell}`).catch(() => {}); // who would answer is killed
      const until = async (isSo: () => boolean) => {
        while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 100));
      };
      await until(() => existsSync(sign));
      kernel.client.kill("SIGKILL");
      await once(kernel.client, "exit");
      await until(() => !isAlive(kernel.pid));
    },
  );

test("the kernel names the tslab it is made for", () => {
  assert.throws(
    () => assertSupportedVersion("1.0.23"),
    /made for tslab 1\.0\.22, but tslab 1\.0\.23 is installed.*npm ci/,
  );
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
