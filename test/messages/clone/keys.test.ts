import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkKey,
  checkSubtree,
  depthOf,
  isKey,
  isSubtree,
  subtreesOf,
} from "../../../src/messages/clone/keys";

test("keys are like files", () => {
  for (const key of ["/a", "/agents/1/state", "/täglich", "/a b"]) assert.ok(isKey(key), key);
});

const wrongKeys = ["", "a", "/", "/a/", "/a=b", "/a\n", "/\ufffd", `/${"x".repeat(200)}`, "HUGZ"];

for (const key of wrongKeys)
  test(`${JSON.stringify(key.slice(0, 20))} is no key, and the error says so`, () => {
    assert.equal(isKey(key), false);
    assert.throws(() => checkKey(key), /TypeError: Cannot use key .*current value is/);
  });

test("subtrees are like folders, and the whole map is one", () => {
  for (const subtree of ["", "/a/", "/agents/1/"]) assert.ok(isSubtree(subtree), subtree);
  for (const subtree of ["/", "a/", "/a", "/a=/"]) {
    assert.equal(isSubtree(subtree), false, subtree);
    assert.throws(() => checkSubtree(subtree), /Cannot use subtree/);
  }
});

test("a key lies in the whole map and in each of its folders", () => {
  assert.deepEqual(subtreesOf("/a"), [""]);
  assert.deepEqual(subtreesOf("/agents/1/state"), ["", "/agents/", "/agents/1/"]);
});

test("the depth of a subtree is its place in the list of every key in it", () => {
  for (const key of ["/agents/1/state", "/agents/1/x/y"])
    for (const subtree of ["", "/agents/", "/agents/1/"])
      assert.equal(subtreesOf(key)[depthOf(subtree)], subtree);
});
