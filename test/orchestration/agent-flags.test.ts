/** What compiles as a flag is a flag of the program, and what is a flag of the program compiles. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import type { BrokerFlags, ClientFlags, WorkerFlags } from "../../src/orchestration/agent-flags";

type Every<Flags> = Record<keyof Flags, true>;

const broker: Every<BrokerFlags> = {
  brokerAddr: true,
  heartbeatMs: true,
  liveness: true,
  codec: true,
  busySilenceMs: true,
  requestTimeoutMs: true,
  serviceTimeoutMs: true,
  maxAttempts: true,
};
const worker: Every<WorkerFlags & { workerId: string }> = {
  brokerAddr: true,
  heartbeatMs: true,
  liveness: true,
  codec: true,
  workerId: true,
  service: true,
  dialect: true,
  work: true,
  workMs: true,
  prefetch: true,
  reconnectMs: true,
  maxReconnectMs: true,
  leaveTimeoutMs: true,
  highWaterMark: true,
};
const client: Every<ClientFlags> = {
  brokerAddr: true,
  heartbeatMs: true,
  liveness: true,
  codec: true,
  service: true,
  dialect: true,
  tasks: true,
  data: true,
  taskDelayMs: true,
  maxOutstanding: true,
  maxAttempts: true,
  maxRetryAfterMs: true,
  backoffMs: true,
  taskTimeoutMs: true,
  replyTimeoutMs: true,
  retries: true,
  startTimeoutMs: true,
  peerTimeoutMs: true,
  highWaterMark: true,
};

/** The flags that a program's help lists, as the options they set. */
async function flagsOf(program: string): Promise<string[]> {
  const file = path.join(__dirname, "../../src/agents/majordomo", program);
  const source = ["--require", "ts-node/register/transpile-only", file, "--help"];
  const { stdout } = await promisify(execFile)(process.execPath, source);
  return [...stdout.matchAll(/^ {2}--([\w-]+)/gm)].map(([, flag]) =>
    flag!.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
}

for (const [program, flags] of Object.entries({ broker, worker, client }))
  test(`the flags of the ${program}`, { timeout: 240_000 }, async () => {
    assert.deepEqual((await flagsOf(program)).toSorted(), Object.keys(flags).toSorted());
  });
