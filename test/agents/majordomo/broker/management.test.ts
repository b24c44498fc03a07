import assert from "node:assert/strict";
import { test } from "node:test";
import { answerManagement } from "../../../../src/agents/majordomo/broker/management";
import { isManagement } from "../../../../src/messages/majordomo";

test("what begins with mmi. is the broker's own", () => {
  for (const service of ["mmi.service", "mmi.", "mmi.anything"])
    assert.equal(isManagement(service), true, service);
  for (const service of ["mmi", "work", "MMI.service", " mmi.service"])
    assert.equal(isManagement(service), false, service);
});

/** Asks, while somebody offers "work" and the client has the task "t1" here. */
const ask = (service: string, ...body: string[]) =>
  String(
    answerManagement(
      service,
      body.map((text) => Buffer.from(text)),
      { isOffered: (name) => name === "work", cancel: (taskId) => taskId === "t1" },
    ),
  );

test("mmi.service: 200 for what is offered, 404 for what is not", () => {
  assert.equal(ask("mmi.service", "work"), "200");
  assert.equal(ask("mmi.service", "play"), "404");
  assert.equal(ask("mmi.service", ""), "404");
  assert.equal(ask("mmi.service"), "404");
});

test("mmi.cancel: 200 for a task that was here, 404 for any other", () => {
  assert.equal(ask("mmi.cancel", "t1"), "200");
  assert.equal(ask("mmi.cancel", "t2"), "404");
  assert.equal(ask("mmi.cancel"), "404");
});

test("any other service of the broker's is not implemented: 501", () => {
  assert.equal(ask("mmi.workers", "work"), "501");
  assert.equal(ask("mmi.", "work"), "501");
});
