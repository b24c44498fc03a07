import assert from "node:assert/strict";
import { test } from "node:test";
import { messagesOf } from "../../../src/notebook/pictures/sequence-data";
import { sequenceSpec } from "../../../src/notebook/pictures/sequence-spec";
import { recordedRun } from "./recorded-events";

test("says how many messages the limit leaves out", { timeout: 240_000 }, () => {
  const messages = messagesOf(recordedRun());
  const { title } = sequenceSpec(messages, 0, 12, "Messages");
  assert.deepEqual(title, {
    text: "Messages",
    subtitle: `The first 12 messages; ${messages.length - 12} more are left out`,
  });
  assert.equal(sequenceSpec(messages, 0, messages.length, "Messages").title, "Messages");
});
