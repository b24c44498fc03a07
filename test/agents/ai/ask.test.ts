import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { startOpenAIServer, type Script } from "../../../src/notebook/experiments/openai-server";

const timeout = 300_000;
const KEY = "sk-Secret-0123456789";

function createText(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "a text "));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "text.md");
  writeFileSync(file, "Ten ships sail to Rome. Each of them has a name. The sea is calm.");
  return file;
}

function run(t: TestContext, flags: string[], env: NodeJS.ProcessEnv = {}) {
  const script = path.join(__dirname, "../../../src/agents/ai/ask.ts");
  const program = ["--require", "ts-node/register/transpile-only", script];
  const child = spawn(process.execPath, [...program, ...flags], {
    env: { ...process.env, LLM_BASE_URL: undefined, LLM_MODEL: undefined, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  const said = { out: "", error: "" };
  child.stdout.setEncoding("utf8").on("data", (words: string) => (said.out += words));
  child.stderr.setEncoding("utf8").on("data", (words: string) => (said.error += words));
  const ended = once(child, "close").then(() => ({ ...said, code: child.exitCode }));
  return { child, ended };
}

async function startLlm(t: TestContext, script: Script) {
  const server = await startOpenAIServer(script);
  t.after(() => server.close());
  return { LLM_BASE_URL: server.baseURL, LLM_MODEL: "script", LLM_API_KEY: KEY };
}

test("offline it is wink: the answer, then what it cost", { timeout }, async (t) => {
  const { out, error, code } = await run(t, ["--most", "1", createText(t)]).ended;
  assert.deepEqual([error, code], ["", 0]);
  const [answer, cost] = out.split("\n");
  assert.match(answer!, /^(Ten ships|Each of|The sea)[^.]*\.$/);
  assert.match(cost!, /^\[wink-eng-lite-web-model\] \d+ words read, \d+ written, \d+ ms$/);
});

test("an LLM's answer is printed once, its JSON as JSON", { timeout }, async (t) => {
  const env = await startLlm(t, ({ body }) =>
    body.response_format
      ? { kind: "answer", text: '{"phrases":["ten ships"]}' }
      : { kind: "answer", text: "Ten ships sail." },
  );
  const file = createText(t);
  const summary = await run(t, [file], env).ended;
  assert.match(summary.out, /^Ten ships sail\.\n\[script\] 100 tokens read/);
  const phrases = await run(t, ["--skill", "key-phrases", file], env).ended;
  assert.match(phrases.out, /^\["ten ships"\]\n\[script\]/);
});

test("a failure is one clear line, without the key", { timeout }, async (t) => {
  const env = await startLlm(t, () => ({ kind: "echo-key", status: 401 }));
  const { out, error, code } = await run(t, [createText(t)], env).ended;
  assert.deepEqual([out, code], ["", 1]);
  assert.match(error, /^ask: RequestRejected: script at .* answers with status 401.*\n$/);
  assert.ok(!error.includes("Secret"));
});

test("a wrong environment and a missing file are one clear line too", { timeout }, async (t) => {
  const wrong = await run(t, [createText(t)], { LLM_BASE_URL: "http://127.0.0.1:1/v1" }).ended;
  assert.match(wrong.error, /^ask: TypeError: LLM_BASE_URL is set, but not LLM_MODEL.*\n$/);
  const missing = await run(t, ["no-such-file"]).ended;
  assert.match(missing.error, /^ask: ENOENT.*no-such-file.*\n$/);
  assert.deepEqual([wrong.code, missing.code], [1, 1]);
});

test("Ctrl-C stops the request", { timeout, skip: process.platform === "win32" }, async (t) => {
  const env = await startLlm(t, () => ({ kind: "stall", text: "Ten ships" }));
  const { child, ended } = run(t, [createText(t)], env);
  child.stdout.once("data", () => child.kill("SIGINT"));
  const { out, error, code } = await ended;
  assert.match(out, /^Ten/);
  assert.deepEqual([error, code], ["ask: stopped\n", 130]);
});
