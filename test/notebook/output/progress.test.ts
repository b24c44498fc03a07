import assert from "node:assert/strict";
import { test } from "node:test";
import { atMostEvery, liveProgress } from "../../../src/notebook/output/progress";
import { Progress } from "../../../src/notebook/output/progress-state";
import { markdownTable } from "../../../src/notebook/output/table";
import { pretendToBeKernel } from "./fake-kernel";
import { recordedRun } from "../pictures/recorded-events";

test(
  "calls at once, then at most once in an interval, and never forgets the last",
  { timeout: 240_000 },
  (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const action = t.mock.fn();
    const draw = atMostEvery(100, action);
    for (let call = 0; call < 50; call++) draw({ now: false });
    assert.equal(action.mock.callCount(), 1);
    t.mock.timers.tick(99);
    assert.equal(action.mock.callCount(), 1);
    t.mock.timers.tick(1);
    assert.equal(action.mock.callCount(), 2);
    draw({ now: false });
    draw({ now: true });
    assert.equal(action.mock.callCount(), 3);
    t.mock.timers.tick(1000);
    assert.equal(action.mock.callCount(), 3, "what was shown at once does not wait any more");
  },
);

test("shows the end of a run, in one place", { timeout: 240_000 }, (t) => {
  const written = pretendToBeKernel(t);
  const events = recordedRun();
  const onEvent = liveProgress({ tasks: 10 });
  const end = new Progress(10);
  for (const event of events) {
    onEvent(event);
    end.take(event);
  }
  assert.equal(written.at(-1)?.data["text/markdown"], markdownTable(end.rows()));
  assert.equal(new Set(written.map(({ displayId }) => displayId)).size, 1);
  assert.deepEqual(
    written.map(({ update }) => update),
    written.map((_, index) => index > 0),
  );
  assert.ok(written.length < 8, `${written.length} updates in no time`);
});

test("refuses a number of tasks that has no bar", { timeout: 240_000 }, () => {
  assert.throws(() => liveProgress({ tasks: 0 }), /tasks.*current value is 0/);
});
