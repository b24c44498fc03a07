import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import type { AIEngine, Skill } from "../../src/engines/engine";
import { EngineFailure } from "../../src/engines/failure";
import { engineInThread, winkInThread } from "../../src/engines/in-thread";
import { winkEngine } from "../../src/engines/wink/wink-engine";

const folder = mkdtempSync(path.join(tmpdir(), "in-thread "));
after(() => rmSync(folder, { recursive: true }));

const moodyModule = path.join(__dirname, "moody-engine.ts");
const moody = (exportName = "moodyEngine"): AIEngine =>
  engineInThread({ name: "moody", skills: ["summary"], module: moodyModule, exportName });

const say = (text: string) => ({ skill: "summary" as const, text });

/** Runs `body` with an engine, and closes that. */
async function withEngine(engine: AIEngine, body: (engine: AIEngine) => Promise<void>) {
  try {
    await body(engine);
  } finally {
    await engine.close();
  }
}

let files = 0;
const newFile = () => path.join(folder, `release-${++files}`);

test("wink says the same in a thread as in the loop", { timeout: 240_000 }, () =>
  withEngine(winkInThread(), async (inThread) => {
    const text =
      "Anna joined ZeroMQ in May 2020. The broker loves a fast worker. The worker asks again.";
    const inLoop = winkEngine();
    assert.deepEqual([inThread.name, inThread.skills], [inLoop.name, inLoop.skills]);
    for (const skill of ["sentiment", "entities", "key-phrases", "summary"] satisfies Skill[]) {
      const there = await inThread.complete({ skill, text });
      const here = await inLoop.complete({ skill, text });
      assert.deepEqual(there.output, here.output);
      assert.equal(there.usage.input, here.usage.input);
    }
  }),
);

test("parts come in order, and all of them before the answer", { timeout: 240_000 }, () =>
  withEngine(moody(), async (engine) => {
    const text = Array.from({ length: 500 }, (_, index) => `word${index}`).join(" ");
    const parts: string[] = [];
    const { output } = await engine.complete(say(text), { onPart: (part) => parts.push(part) });
    assert.equal(output, text);
    assert.equal(parts.length, 500);
    assert.equal(parts.join(""), text);
  }),
);

test("the engine gets the task's id, and is the same for all requests", { timeout: 240_000 }, () =>
  withEngine(moody(), async (engine) => {
    const answers = [1, 2, 3].map(() => engine.complete(say("a"), { taskId: "four" }));
    const usages = (await Promise.all(answers)).map(({ usage }) => [usage.input, usage.output]);
    assert.deepEqual(usages.sort(), [
      [1, 4],
      [2, 4],
      [3, 4],
    ]);
  }),
);

test("a failure arrives as what it was", { timeout: 240_000 }, () =>
  withEngine(moody(), async (engine) => {
    await assert.rejects(engine.complete(say("fail")), (error) => {
      assert.ok(error instanceof EngineFailure);
      const { name, message, retryable, retryAfterMs } = error;
      assert.deepEqual(
        [name, message, retryable, retryAfterMs],
        ["RateLimited", "not so fast", true, 7],
      );
      return true;
    });
    await assert.rejects(engine.complete(say("throw")), { name: "TypeError", message: "a slip" });
  }),
);

test(
  "a thread that ends by itself is a failure, and there is a next one",
  { timeout: 240_000 },
  () =>
    withEngine(moody(), async (engine) => {
      await assert.rejects(engine.complete(say("exit")), {
        name: "EngineUnavailable",
        retryable: true,
      });
      assert.equal((await engine.complete(say("again"))).output, "again");
    }),
);

test("a module without such an engine is named", { timeout: 240_000 }, () =>
  withEngine(moody("noEngine"), async (engine) => {
    await assert.rejects(
      engine.complete(say("a")),
      /moody-engine\.ts.*noEngine is of type undefined/,
    );
  }),
);

test("what no thread can be sent is refused", { timeout: 240_000 }, async () => {
  const engine = engineInThread({
    name: "moody",
    skills: ["summary"],
    module: moodyModule,
    exportName: "moodyEngine",
    engineOptions: { name: () => "a function" },
  });
  await withEngine(engine, () =>
    assert.rejects(engine.complete(say("a")), { name: "DataCloneError" }),
  );
});

test(
  "who gives up ends the thread in the middle of a step; who waits behind gets a new one",
  { timeout: 240_000 },
  () =>
    withEngine(moody(), async (engine) => {
      const never = newFile();
      await engine.complete(say("warm"));
      const controller = new AbortController();
      const spinning = engine.complete(say(`spin|${never}`), { signal: controller.signal });
      const behind = engine.complete(say("behind"));
      controller.abort(new Error("nobody wants it"));
      await assert.rejects(spinning, { message: "nobody wants it" });
      assert.equal((await behind).output, "behind");
    }),
);

test("a request that waits for its turn can be given up as well", { timeout: 240_000 }, () =>
  withEngine(moody(), async (engine) => {
    const release = newFile();
    const spinning = engine.complete(say(`spin|${release}`));
    const controller = new AbortController();
    const waiting = engine.complete(say("waiting"), { signal: controller.signal });
    controller.abort(new Error("too late"));
    await assert.rejects(waiting, { message: "too late" });
    writeFileSync(release, "");
    assert.match((await spinning).output, /^spin/);
  }),
);

test("who gave up before is told so, and nothing starts", { timeout: 240_000 }, () =>
  withEngine(moody(), async (engine) => {
    const signal = AbortSignal.abort(new Error("before"));
    await assert.rejects(engine.complete(say("a"), { signal }), { message: "before" });
  }),
);

test("the time limit ends what never ends", { timeout: 240_000 }, () =>
  withEngine(moody(), async (engine) => {
    const spinning = engine.complete(say(`spin|${newFile()}`), { timeLimitMs: 300 });
    await assert.rejects(spinning, { name: "TimeLimit", retryable: true });
    assert.equal((await engine.complete(say("next"))).output, "next");
  }),
);

test("what onPart throws ends the request, and not the process", { timeout: 240_000 }, () =>
  withEngine(moody(), async (engine) => {
    const onPart = () => {
      throw new RangeError("cannot be sent");
    };
    await assert.rejects(engine.complete(say("a b"), { onPart }), { message: "cannot be sent" });
    assert.equal((await engine.complete(say("next"))).output, "next");
  }),
);

test(
  "close ends what is being done, and whatever is asked later",
  { timeout: 240_000 },
  async () => {
    const engine = moody();
    const spinning = engine.complete(say(`spin|${newFile()}`));
    await Promise.all([
      assert.rejects(spinning, { name: "RequestRejected", message: /closed/ }),
      engine.close(),
    ]);
    await assert.rejects(engine.complete(say("a")), { name: "RequestRejected", message: /closed/ });
    await engine.close();
  },
);

test("while the engine computes, timers of the loop go on", { timeout: 240_000 }, () =>
  withEngine(moody(), async (engine) => {
    const release = newFile();
    let ticks = 0;
    const timer = setInterval(() => {
      if (++ticks === 20) writeFileSync(release, "");
    }, 5);
    await engine.complete(say(`spin|${release}`)); // ends only when the loop has turned
    clearInterval(timer);
    assert.ok(ticks >= 20);
  }),
);

/** How often the event loop turns until `engine` has answered. */
async function turnsDuring(engine: AIEngine, text: string): Promise<number> {
  let turns = 0;
  let immediate = setImmediate(function turn() {
    turns++;
    immediate = setImmediate(turn);
  });
  await engine.complete({ skill: "key-phrases", text });
  clearImmediate(immediate);
  return turns;
}

test("the same model, in the loop, lets it hardly turn", { timeout: 240_000 }, async () => {
  const text = "The worker takes a task from the broker. ".repeat(3000);
  const inLoop = await turnsDuring(winkEngine(), text);
  await withEngine(winkInThread(), async (engine) => {
    const inThread = await turnsDuring(engine, text);
    assert.ok(inThread > 10 * inLoop, `${inThread} in a thread, ${inLoop} in the loop`);
  });
});

const root = path.join(__dirname, "../..");
const tsNode = ["--require", require.resolve("ts-node/register/transpile-only")];

for (const [from, flags, file] of [
  ["source", tsNode, "src/engines/in-thread.ts"],
  ["compiled", [], "dist/engines/in-thread.js"],
] as const)
  test(
    `an idle thread does not keep the process alive (${from})`,
    { timeout: 240_000 },
    async () => {
      const program = `
      const { winkInThread } = require(${JSON.stringify(path.join(root, file))});
      void winkInThread()
        .complete({ skill: "sentiment", text: "I love it." })
        .then(({ output }) => console.log(output.label));`;
      const args = [...flags, "--eval", program];
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
      assert.deepEqual([stdout.trim(), stderr], ["positive", ""]);
    },
  );
