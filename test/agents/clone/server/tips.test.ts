import assert from "node:assert/strict";
import { test } from "node:test";
import { Tips } from "../../../../src/agents/clone/server/tips";

test("an update comes after the one before it in each subtree", () => {
  const tips = new Tips();
  assert.deepEqual(tips.advance("/a/x", 1), [0, 0]);
  assert.deepEqual(tips.advance("/b/x", 2), [1, 0]);
  assert.deepEqual(tips.advance("/a/y", 3), [2, 1]);
  assert.deepEqual(tips.advance("/top", 4), [3]);
  assert.deepEqual(
    ["", "/a/", "/b/", "/c/"].map((subtree) => tips.of(subtree)),
    [4, 3, 2, 0],
  );
});

test("after a restart every subtree may have been updated last by the last update", () => {
  const tips = new Tips(7);
  assert.equal(tips.of("/a/"), 7);
  assert.deepEqual(tips.advance("/a/x", 8), [7, 7]);
});

test("what is forgotten is taken for younger than it is, never for older", () => {
  const tips = new Tips(0, 3);
  for (let n = 1; n <= 10; n++) tips.advance(`/${n}/x`, n);
  assert.equal(tips.of(""), 10);
  for (let n = 1; n <= 10; n++) assert.ok(tips.of(`/${n}/`) >= n, String(n));
  assert.ok(tips.of("/1/") < 10);
});

test("one that somebody follows stays as it is without updates", () => {
  const tips = new Tips(0, 3);
  tips.advance("/a/x", 1);
  tips.advance("/b/x", 2);
  tips.advance("/c/x", 3); // /a/ is forgotten
  const tip = tips.followed("/a/");
  tips.advance("/b/x", 4);
  assert.equal(tips.followed("/a/"), tip);
});
