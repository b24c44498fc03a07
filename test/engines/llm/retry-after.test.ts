import assert from "node:assert/strict";
import { test } from "node:test";
import { readRetryAfterMs } from "../../../src/engines/llm/retry-after";

const now = Date.parse("Wed, 21 Oct 2015 07:28:00 GMT");

for (const [headers, expected] of [
  [{ "retry-after": "120" }, 120_000],
  [{ "retry-after": "0.5" }, 500],
  [{ "retry-after": " 3 " }, 3000],
  [{ "retry-after": "Wed, 21 Oct 2015 07:28:30 GMT" }, 30_000],
  [{ "retry-after": "Wed, 21 Oct 2015 07:00:00 GMT" }, 0],
  [{ "retry-after-ms": "250", "retry-after": "1" }, 250],
  [{ "retry-after-ms": "soon", "retry-after": "1" }, 1000],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "" }, undefined],
  [{}, undefined],
] as [Record<string, string>, number | undefined][])
  test(`${JSON.stringify(headers)} is ${expected} ms`, () =>
    assert.equal(readRetryAfterMs(headers, now), expected));

test("a number below zero is no number of seconds, and no date that is to come", () => {
  assert.ok(!(readRetryAfterMs({ "retry-after": "-5" }, now)! > 0));
});
