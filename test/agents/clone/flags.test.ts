import assert from "node:assert/strict";
import { test } from "node:test";
import { cloneFlag } from "../../../src/agents/clone/flags";

const flags = Object.entries(cloneFlag);

test("each flag sets the option of its name, and says what it is for", () => {
  for (const [name, option] of flags) {
    assert.equal(option.attributeName(), name);
    assert.match(option.description, /\w+ \w+/, name);
  }
});
