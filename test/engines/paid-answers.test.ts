import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import type { AIEngine, EngineRequest, Outputs, Skill, Usage } from "../../src/engines/engine";
import { EngineFailure } from "../../src/engines/failure";
import { payOnce } from "../../src/engines/paid-answers";

const outputs: Outputs = {
  sentiment: { score: 0.5, label: "positive" },
  entities: [{ text: "Ada", type: "PERSON" }],
  "key-phrases": ["ten ships"],
  summary: "Ten ships sail.",
};
const usage: Usage = { unit: "tokens", input: 10, output: 2, durationMs: 5 };
const request: EngineRequest = { skill: "summary", text: "A text." };

function createEngine(name = "counter"): AIEngine & { asked: number } {
  return {
    name,
    skills: Object.keys(outputs) as Skill[],
    asked: 0,
    complete({ skill }) {
      this.asked++;
      return Promise.resolve({ output: outputs[skill], usage });
    },
    close: () => Promise.resolve(),
  };
}

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "paid answers "));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, "new", "answers");
}

test("the same task with the same request costs once, in another process too", async (t) => {
  const folder = createFolder(t);
  const engine = createEngine();
  for (const skill of engine.skills) {
    const first = await payOnce(engine, folder).complete({ skill, text: "A" }, { taskId: "1" });
    const second = await payOnce(engine, folder).complete({ skill, text: "A" }, { taskId: "1" });
    assert.deepEqual(first, { output: outputs[skill], usage });
    assert.deepEqual(second, first, "with the usage that it had");
  }
  assert.equal(engine.asked, engine.skills.length);
});

test("a part that stands for all of it comes with an answer from the folder", async (t) => {
  const engine = payOnce(createEngine(), createFolder(t));
  await engine.complete(request, { taskId: "1" });
  const parts: string[] = [];
  await engine.complete(request, { taskId: "1", onPart: (part) => parts.push(part) });
  assert.deepEqual(parts, ["Ten ships sail."]);
});

test("another task, request or engine is another answer; no task, none", async (t) => {
  const folder = createFolder(t);
  const counter = createEngine();
  const engine = payOnce(counter, folder);
  await engine.complete(request, { taskId: "1" });
  await engine.complete(request, { taskId: "2" });
  await engine.complete({ ...request, text: "Another." }, { taskId: "1" });
  await engine.complete({ ...request, most: 1 }, { taskId: "1" });
  await engine.complete({ ...request, question: "Why?" }, { taskId: "1" });
  assert.equal(counter.asked, 5);
  const other = createEngine("other");
  await payOnce(other, folder).complete(request, { taskId: "1" });
  assert.equal(other.asked, 1);
  const files = readdirSync(folder).length;
  await engine.complete(request);
  await engine.complete(request);
  assert.equal(counter.asked, 7);
  assert.equal(readdirSync(folder).length, files);
});

for (const damage of ["", "{", '{"output":"Ten', '{"output":7,"usage":{}}', "null"])
  test(`a file that holds ${JSON.stringify(damage)} is no answer, and is mended`, async (t) => {
    const folder = createFolder(t);
    const counter = createEngine();
    const engine = payOnce(counter, folder);
    await engine.complete(request, { taskId: "1" });
    const [name] = readdirSync(folder);
    writeFileSync(path.join(folder, name!), damage);
    assert.equal((await engine.complete(request, { taskId: "1" })).output, "Ten ships sail.");
    assert.equal(counter.asked, 2);
    assert.match(readFileSync(path.join(folder, name!), "utf8"), /Ten ships/);
  });

test("a failure is not remembered, and leaves no file", async (t) => {
  const folder = createFolder(t);
  const failing = createEngine();
  failing.complete = () => Promise.reject(new EngineFailure("StreamCut", "cut"));
  await assert.rejects(payOnce(failing, folder).complete(request, { taskId: "1" }), {
    name: "StreamCut",
  });
  assert.deepEqual(readdirSync(folder), []);
  await payOnce(createEngine(), folder).complete(request, { taskId: "1" });
  assert.equal(readdirSync(folder).length, 1);
});

test("who has given up gets no answer from the folder either", async (t) => {
  const engine = payOnce(createEngine(), createFolder(t));
  await engine.complete(request, { taskId: "1" });
  const reason = new Error("too late");
  const options = { taskId: "1", signal: AbortSignal.abort(reason) };
  await assert.rejects(engine.complete(request, options), (error) => error === reason);
});

test("old answers are removed at the start, files of others are not", async (t) => {
  const folder = createFolder(t);
  const engine = payOnce(createEngine(), folder);
  await engine.complete(request, { taskId: "old" });
  writeFileSync(path.join(folder, "notes.txt"), "mine");
  for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), 0, 0);
  await engine.complete(request, { taskId: "new" });
  payOnce(createEngine(), folder);
  const left = readdirSync(folder);
  assert.equal(left.length, 2);
  assert.ok(left.includes("notes.txt"));
});

test("a folder that cannot be one is refused at once", (t) => {
  const folder = createFolder(t);
  payOnce(createEngine(), folder);
  const file = path.join(folder, "file");
  writeFileSync(file, "");
  assert.throws(() => payOnce(createEngine(), file), {
    name: "TypeError",
    message: /file.*folder/,
  });
});

test("an answer that cannot be kept is given out all the same", async (t) => {
  const folder = createFolder(t);
  const engine = payOnce(createEngine(), folder);
  rmSync(folder, { recursive: true });
  assert.equal((await engine.complete(request, { taskId: "1" })).output, "Ten ships sail.");
});
