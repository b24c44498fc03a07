import assert from "node:assert/strict";
import { test } from "node:test";
import {
  readWorkerOptions,
  type MajordomoWorkerOptions,
} from "../../../../src/agents/majordomo/worker/worker-options";

test("the defaults", () => {
  const { heartbeatMs, liveness, reconnectMs, maxReconnectMs, ...rest } = readWorkerOptions({});
  assert.deepEqual([heartbeatMs, liveness, reconnectMs, maxReconnectMs], [2500, 3, 1000, 32_000]);
  const { brokerAddr, service, workerId, prefetch, leaveTimeoutMs, dialect } = rest;
  assert.deepEqual(
    [brokerAddr, service, workerId, prefetch, leaveTimeoutMs, dialect],
    ["tcp://127.0.0.1:5555", "work", "1", 1, 10_000, "0.2"],
  );
});

const mistakes: [given: object, complaint: RegExp][] = [
  [{ brokerAddr: "localhost:5555" }, /^TypeError: Cannot use brokerAddr .*"localhost:5555"$/],
  [{ service: "" }, /^TypeError: Cannot use service .* 1 to 200 printable .* value is ""$/],
  [{ service: "a\nb" }, /^TypeError: Cannot use service .* value is "a\\nb"$/],
  [{ service: "mmi.x" }, /^TypeError: Cannot use service .* begin with mmi\./],
  [{ service: 7 }, /^TypeError: Cannot use service .* value is 7$/],
  [{ workerId: "" }, /^TypeError: Cannot use workerId/],
  [{ workMs: -1 }, /^RangeError: Cannot use workMs .* value is -1$/],
  [{ prefetch: 0 }, /^RangeError: Cannot use prefetch .* 1 to 100: current value is 0$/],
  [{ prefetch: 2000 }, /^RangeError: Cannot use prefetch .* 1 to 100: current value is 2000$/],
  [{ prefetch: 1.5 }, /^RangeError: Cannot use prefetch .* value is 1.5$/],
  [{ heartbeatMs: 0 }, /^RangeError: Cannot use heartbeatMs/],
  [{ liveness: NaN }, /^RangeError: Cannot use liveness .* value is NaN$/],
  [{ reconnectMs: 0 }, /^RangeError: Cannot use reconnectMs/],
  [{ maxReconnectMs: Infinity }, /^RangeError: Cannot use maxReconnectMs .* value is Infinity$/],
  [{ leaveTimeoutMs: -1 }, /^RangeError: Cannot use leaveTimeoutMs/],
  [{ dialect: "0.3" }, /^TypeError: Cannot use dialect .* 0\.1, 0\.2, 0\.2-delimited: .*"0\.3"$/],
  [{ dialect: "toString" }, /^TypeError: Cannot use dialect/],
];

for (const [given, complaint] of mistakes)
  test(`${JSON.stringify(given)} is refused`, () => {
    assert.throws(() => readWorkerOptions(given), complaint);
  });

test("a worker may have all the time in the world to leave", () => {
  assert.equal(readWorkerOptions({ leaveTimeoutMs: Infinity }).leaveTimeoutMs, Infinity);
});

test("a worker waits for its broker for ever: it takes no option that would say how long", () => {
  // @ts-expect-error the compiler refuses it
  const start: MajordomoWorkerOptions = { startTimeoutMs: 1 };
  // @ts-expect-error the compiler refuses it
  const peer: MajordomoWorkerOptions = { peerTimeoutMs: 1 };
  for (const given of [start, peer]) assert.doesNotThrow(() => readWorkerOptions(given));
});
