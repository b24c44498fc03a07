import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test, type TestContext } from "node:test";
import { inspect } from "node:util";
import type { EngineRequest } from "../../../src/engines/engine";
import { EngineFailure } from "../../../src/engines/failure";
import { llmEngine, type LlmSettings } from "../../../src/engines/llm/llm-engine";
import {
  startOpenAIServer,
  type ChatRecord,
  type Reply,
} from "../../../src/notebook/experiments/openai-server";

const KEY = "sk-Secret/Key+0123456789==";
const timeout = 60_000;
const summary: EngineRequest<"summary"> = { skill: "summary", text: "Ten ships sail." };

/** A server with these replies, one after the other, and an engine that asks it. */
async function start(t: TestContext, replies: Reply[], settings: Partial<LlmSettings> = {}) {
  const ended: ChatRecord[] = [];
  let onEnded = () => {};
  const bodies: Record<string, unknown>[] = [];
  const server = await startOpenAIServer(
    ({ body }) => {
      bodies.push(body);
      return replies[bodies.length - 1]!;
    },
    {
      onEnded: (record) => {
        ended.push(record);
        onEnded();
      },
    },
  );
  const engine = llmEngine({ baseURL: server.baseURL, model: "tiny", apiKey: KEY, ...settings });
  t.after(async () => {
    await engine.close();
    await server.close();
  });
  const nextEnded = () => new Promise<void>((resolve) => (onEnded = resolve));
  return { server, engine, ended, bodies, nextEnded };
}

/** What `complete` rejects with, after a look for the key in every corner of it. */
async function failureOf(promise: Promise<unknown>): Promise<EngineFailure> {
  const error = await promise.then(
    () => assert.fail("there is an answer"),
    (error: unknown) => error,
  );
  assert.ok(error instanceof EngineFailure, inspect(error));
  const everything = inspect(error, { depth: 20, showHidden: true }) + String(error.stack);
  for (const form of [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString("base64")])
    assert.ok(!everything.includes(form), everything);
  assert.ok(!everything.includes("Secret"), everything);
  assert.equal(error.cause, undefined);
  return error;
}

test("a summary comes in pieces, and its cost as the server counts it", { timeout }, async (t) => {
  const usage = { prompt_tokens: 12, completion_tokens: 3 };
  const text = "Ten ships sail, and each of them 🙂 has a name.";
  const { engine, bodies, server } = await start(t, [{ kind: "answer", text, usage }]);
  const parts: string[] = [];
  const answer = await engine.complete(summary, { onPart: (part) => parts.push(part) });
  assert.equal(answer.output, text);
  assert.equal(parts.join(""), text);
  assert.ok(parts.length > 1);
  const { durationMs, ...cost } = answer.usage;
  assert.deepEqual(cost, { unit: "tokens", input: 12, output: 3 });
  assert.ok(durationMs > 0);
  const [{ temperature, model, stream }] = bodies as [Record<string, unknown>];
  assert.deepEqual([temperature, model, stream], [0, "tiny", true]);
  assert.equal(server.records[0]!.hadKey, true);
});

test("a server that does not count is counted in words", { timeout }, async (t) => {
  const { engine } = await start(t, [{ kind: "answer", text: "Ten ships.", usage: null }]);
  const { usage } = await engine.complete(summary);
  assert.equal(usage.unit, "words");
  assert.equal(usage.output, 2);
  assert.ok(usage.input > 3);
});

test("the other skills are JSON, held to a schema", { timeout }, async (t) => {
  const { engine, bodies } = await start(t, [
    { kind: "answer", text: '{"score":0.5,"label":"positive"}' },
    { kind: "answer", text: '```json\n{"entities":[{"text":"Ada","type":"person"}]}\n```' },
    { kind: "answer", text: '{"phrases":["a","b","c"]}' },
  ]);
  const text = "Ada is glad.";
  const parts: string[] = [];
  const onPart = (part: string) => parts.push(part);
  const sentiment = await engine.complete({ skill: "sentiment", text }, { onPart });
  assert.deepEqual(sentiment.output, { score: 0.5, label: "positive" });
  const entities = await engine.complete({ skill: "entities", text });
  assert.deepEqual(entities.output, [{ text: "Ada", type: "PERSON" }]);
  const phrases = await engine.complete({ skill: "key-phrases", text, most: 2 });
  assert.deepEqual(phrases.output, ["a", "b"]);
  assert.deepEqual(parts, []);
  const formats = bodies.map(({ response_format }) => response_format as { type: string });
  assert.deepEqual(
    formats.map(({ type }) => type),
    ["json_schema", "json_schema", "json_schema"],
  );
});

test(
  "a server without schemas is only told to write JSON, and nothing is printed",
  { timeout },
  async (t) => {
    const warn = t.mock.method(console, "warn");
    const info = t.mock.method(console, "info");
    const error = t.mock.method(console, "error");
    const replies: Reply[] = [
      { kind: "answer", text: '{"phrases":[]}' },
      { kind: "echo-key", status: 500 },
    ];
    const { engine, bodies } = await start(t, replies, { structuredOutputs: false });
    await engine.complete({ skill: "key-phrases", text: "words" });
    await failureOf(engine.complete(summary));
    assert.deepEqual(bodies[0]!.response_format, { type: "json_object" });
    assert.deepEqual(
      [warn, info, error].map((method) => method.mock.callCount()),
      [0, 0, 0],
    );
  },
);

const answersOf429 = { kind: "status", status: 429 } as const;
const inTwoHours = () => new Date(Date.now() + 2 * 3_600_000).toUTCString();
const chat = (delta: object, finish_reason: string | null = null) =>
  JSON.stringify({ choices: [{ delta, finish_reason }] });

const failures: [what: string, reply: Reply, name: string, retryable: boolean, words: RegExp][] = [
  ["429", answersOf429, "RateLimited", true, /429.*as the script says/],
  ["500", { kind: "status", status: 500, body: "" }, "EngineUnavailable", true, /500$/],
  [
    "503, a page",
    { kind: "status", status: 503, body: "<h1>Busy</h1>" },
    "EngineUnavailable",
    true,
    /Busy/,
  ],
  ["400", { kind: "status", status: 400 }, "RequestRejected", false, /400/],
  ["401 with the key", { kind: "echo-key", status: 401 }, "RequestRejected", false, /\[key\]/],
  ["404", { kind: "status", status: 404 }, "RequestRejected", false, /404/],
  [
    "no money",
    {
      kind: "status",
      status: 429,
      body: '{"error":{"message":"no money","code":"insufficient_quota"}}',
    },
    "RequestRejected",
    false,
    /no money/,
  ],
  ["half a stream, reset", { kind: "cut", text: "Ten sh" }, "StreamCut", true, /cut off/],
  [
    "half a stream, ended",
    { kind: "answer", text: "Ten sh", finish: null },
    "StreamCut",
    true,
    /without saying/,
  ],
  ["nothing", { kind: "raw", events: [] }, "StreamCut", true, /without saying/],
  ["a refusal", { kind: "refuse", text: "I will not." }, "Refused", false, /I will not/],
  [
    "a content filter",
    { kind: "answer", text: "Ten", finish: "content_filter" },
    "Refused",
    false,
    /filter/,
  ],
  [
    "too long an answer",
    { kind: "answer", text: "Ten", finish: "length" },
    "InvalidAnswer",
    true,
    /too long/,
  ],
  [
    "a strange end",
    { kind: "answer", text: "Ten", finish: "abort" },
    "InvalidAnswer",
    true,
    /abort/,
  ],
  ["an empty answer", { kind: "answer", text: " " }, "InvalidAnswer", true, /empty/],
  [
    "no JSON on the stream",
    { kind: "raw", events: ["{nonsense"] },
    "InvalidAnswer",
    true,
    /protocol/,
  ],
  [
    "other JSON on the stream",
    { kind: "raw", events: ['{"choices":"no"}'] },
    "InvalidAnswer",
    true,
    /protocol/,
  ],
  [
    "an error on the stream",
    { kind: "raw", events: [chat({ content: "Ten" }), '{"error":{"message":"out of memory"}}'] },
    "EngineUnavailable",
    true,
    /memory/,
  ],
  [
    "a text as the error",
    { kind: "raw", events: ['{"error":"out of memory"}'] },
    "EngineUnavailable",
    true,
    /memory/,
  ],
  [
    "429 on the stream",
    { kind: "raw", events: ['{"error":{"message":"slow down","code":429}}'] },
    "RateLimited",
    true,
    /slow down/,
  ],
  [
    "a web page",
    { kind: "raw", events: ["<html>"], contentType: "text/html" },
    "RequestRejected",
    false,
    /text\/html/,
  ],
];

for (const [what, reply, name, retryable, words] of failures)
  test(`${what} is a ${name}`, { timeout }, async (t) => {
    const { engine, server } = await start(t, [reply]);
    const failure = await failureOf(engine.complete(summary));
    assert.deepEqual([failure.name, failure.retryable], [name, retryable], failure.message);
    assert.match(failure.message, words);
    assert.match(failure.message, /^tiny at http:\/\/127/);
    assert.equal(server.records.length, 1, "the engine does not try again by itself");
  });

test("how long to wait is told: in seconds, as a date, exactly, or not", { timeout }, async (t) => {
  const waits = async (headers?: Record<string, string>, status = 429) => {
    const { engine } = await start(t, [{ kind: "status", status, headers }]);
    return (await failureOf(engine.complete(summary))).retryAfterMs;
  };
  assert.equal(await waits({ "retry-after": "7" }), 7000);
  assert.equal(await waits({ "retry-after": "7" }, 503), 7000);
  assert.equal(await waits({ "retry-after": "7", "retry-after-ms": "70" }), 70);
  const twoHours = await waits({ "retry-after": inTwoHours() });
  assert.ok(twoHours! > 3_600_000 && twoHours! <= 7_200_000);
  assert.equal(await waits(), undefined);
});

for (const [what, text] of [
  ["no JSON", "I think it is fine."],
  ["half of the JSON", '{"score":0.5,"la'],
  ["a wrong shape", '{"score":7,"label":"positive"}'],
])
  test(`${what} where JSON was asked is an InvalidAnswer`, { timeout }, async (t) => {
    const { engine } = await start(t, [{ kind: "answer", text: text! }]);
    const failure = await failureOf(engine.complete({ skill: "sentiment", text: "Fine." }));
    assert.deepEqual([failure.name, failure.retryable], ["InvalidAnswer", true]);
  });

test("nobody there: EngineUnavailable, with the reason", { timeout }, async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as { port: number };
  await new Promise((resolve) => holder.close(resolve));
  const engine = llmEngine({ baseURL: `http://127.0.0.1:${port}/v1`, model: "tiny", apiKey: KEY });
  const failure = await failureOf(engine.complete(summary));
  assert.deepEqual([failure.name, failure.retryable], ["EngineUnavailable", true]);
  assert.match(failure.message, /ECONNREFUSED/);
});

test("who hangs up before the first byte is unavailable", { timeout }, async (t) => {
  const rude = createServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
  await once(rude.listen(0, "127.0.0.1"), "listening");
  t.after(() => rude.close());
  const { port } = rude.address() as { port: number };
  const engine = llmEngine({ baseURL: `http://127.0.0.1:${port}/v1`, model: "tiny" });
  assert.equal((await failureOf(engine.complete(summary))).name, "EngineUnavailable");
});

test("silence is EngineStalled, and the connection is closed", { timeout }, async (t) => {
  const { engine, ended, nextEnded } = await start(t, [{ kind: "stall", text: "Ten sh" }], {
    stallMs: 50,
  });
  const closed = nextEnded();
  const parts: string[] = [];
  const failure = await failureOf(engine.complete(summary, { onPart: (part) => parts.push(part) }));
  assert.equal(failure.name, "EngineStalled");
  await closed;
  assert.equal(ended[0]!.outcome, "aborted");
});

test(
  "an answer that never ends is a TimeLimit, though every word of it comes in time",
  { timeout },
  async (t) => {
    const reply: Reply = { kind: "answer", text: "word ".repeat(100_000), paceMs: 1 };
    const { engine, ended, nextEnded } = await start(t, [reply]);
    const closed = nextEnded();
    const failure = await failureOf(engine.complete(summary, { timeLimitMs: 100 }));
    assert.equal(failure.name, "TimeLimit");
    await closed;
    assert.equal(ended[0]!.outcome, "aborted");
  },
);

test("who gives up closes the connection, and hears no more of it", { timeout }, async (t) => {
  const reply: Reply = { kind: "answer", text: "word ".repeat(100_000), paceMs: 1 };
  const { engine, ended, nextEnded } = await start(t, [reply]);
  const closed = nextEnded();
  const stop = new AbortController();
  const reason = new Error("not needed any more");
  let partsAfter = 0;
  const onPart = () => {
    if (stop.signal.aborted) partsAfter++;
    stop.abort(reason);
  };
  await assert.rejects(
    engine.complete(summary, { signal: stop.signal, onPart }),
    (error) => error === reason,
  );
  await closed;
  assert.equal(ended[0]!.outcome, "aborted");
  assert.equal(partsAfter, 0);
});

test("who has given up before asks nothing", { timeout }, async (t) => {
  const { engine, server } = await start(t, []);
  const reason = new Error("too late");
  const signal = AbortSignal.abort(reason);
  await assert.rejects(engine.complete(summary, { signal }), (error) => error === reason);
  assert.equal(server.records.length, 0);
});

test("what onPart throws comes back as it is", { timeout }, async (t) => {
  const reply: Reply = { kind: "answer", text: "word ".repeat(100_000), paceMs: 1 };
  const { engine, nextEnded, ended } = await start(t, [reply]);
  const closed = nextEnded();
  const mine = new TypeError("cannot be sent");
  const onPart = () => {
    throw mine;
  };
  await assert.rejects(engine.complete(summary, { onPart }), (error) => error === mine);
  await closed;
  assert.equal(ended[0]!.outcome, "aborted");
});

test(
  "an answer that is whole is used, whatever becomes of the connection",
  { timeout },
  async (t) => {
    const text = "Ten ships sail.";
    const replies: Reply[] = [
      { kind: "cut", text, finish: "stop" },
      { kind: "stall", text, finish: "stop" },
      { kind: "raw", events: [chat({ content: text }, "stop")] },
    ];
    const { engine, server } = await start(t, replies, { stallMs: 200 });
    for (const { kind } of replies)
      assert.equal((await engine.complete(summary)).output, text, `after a ${kind}`);
    assert.equal(server.records.length, replies.length);
  },
);

test("what cannot be asked is asked nobody", { timeout }, async (t) => {
  const { engine, server } = await start(t, []);
  for (const request of [
    { skill: "summary", text: " " },
    { skill: "summary", text: "x", most: 0 },
    { skill: "poetry", text: "x" },
  ] as EngineRequest[])
    assert.equal((await failureOf(engine.complete(request))).name, "RequestRejected");
  await engine.close();
  assert.match((await failureOf(engine.complete(summary))).message, /closed/);
  assert.equal(server.records.length, 0);
});

test("closing stops what is being asked", { timeout }, async (t) => {
  const { engine, nextEnded, ended } = await start(t, [{ kind: "stall", text: "Ten" }]);
  const closed = nextEnded();
  const failure = failureOf(engine.complete(summary, { onPart: () => void engine.close() }));
  assert.match((await failure).message, /closed/);
  await closed;
  assert.equal(ended[0]!.outcome, "aborted");
});

test("the key shows in no corner of the engine", () => {
  const engine = llmEngine({ baseURL: "http://127.0.0.1:1/v1", model: "tiny", apiKey: KEY });
  const everything = inspect(engine, { depth: 20, showHidden: true }) + JSON.stringify(engine);
  assert.ok(!everything.includes("Secret"));
});

test("a hundred requests leave nothing behind that grows", { timeout }, async (t) => {
  const replies = Array.from({ length: 100 }, (): Reply => ({ kind: "answer", text: "Ten." }));
  const { engine } = await start(t, replies);
  const stop = new AbortController();
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  t.after(() => process.off("warning", onWarning));
  for (let round = 0; round < 10; round++)
    await Promise.all(
      Array.from({ length: 10 }, () => engine.complete(summary, { signal: stop.signal })),
    );
  await new Promise(setImmediate);
  assert.deepEqual(warnings, []);
});
