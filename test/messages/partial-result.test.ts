import assert from "node:assert/strict";
import { test } from "node:test";
import { codecNames, codecOf } from "../../src/messages/codecs/named";
import { encodeMessage, MAX_FRAME_BYTES, parseResult } from "../../src/messages/frame";
import { createPartialResult, isPartialResult } from "../../src/messages/partial-result";
import { createResultMessage, createWorkerDoneMessage } from "../../src/messages/result-message";

test("a part is a result whose task_id says that it is none", () =>
  assert.deepEqual(createPartialResult("t1", 2, ["a"], "7", 1500), {
    task_id: "PARTIAL_RESULT",
    result_data: { task_id: "t1", part: 2, data: ["a"] },
    worker_id: "7",
    timestamp: 1.5,
  }));

test("tells a part from a result and from a leave", () => {
  assert.equal(isPartialResult(createPartialResult("t", 0, null, "1")), true);
  assert.equal(isPartialResult(createResultMessage("t", null, "1")), false);
  assert.equal(isPartialResult(createWorkerDoneMessage("1")), false);
});

for (const name of codecNames)
  test(`a part makes the way there and back in ${name}`, () => {
    const wire = { codec: codecOf(name), maxFrameBytes: MAX_FRAME_BYTES };
    for (const data of [null, "ä😀", { index: 0, text: "" }, [1.5, [true]]]) {
      const message = createPartialResult("t", 3, data, "1", 1000);
      assert.deepEqual(parseResult(encodeMessage(message, wire), wire), { ok: true, message });
    }
  });
