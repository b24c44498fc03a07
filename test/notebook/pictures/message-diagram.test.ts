import assert from "node:assert/strict";
import { test } from "node:test";
import { drawMessages } from "../../../src/notebook/pictures/message-diagram";

test("names all five messages", { timeout: 240_000 }, async () => {
  const picture = await drawMessages();
  for (const message of ["START", "tasks", "END_OF_TASKS", "results", "WORKER_DONE"])
    assert.ok(picture.text.includes(message), message);
});
