import assert from "node:assert/strict";
import { test } from "node:test";
import { Entries } from "../../../../src/agents/clone/client/entries";

/** Entries, and what was told of them. */
function make() {
  const told: string[] = [];
  const entries = new Entries((key, value) => told.push(value ? `${key}=${String(value)}` : key));
  const set = (key: string, text: string, expiresAt?: number) =>
    entries.set(key, Buffer.from(text), expiresAt);
  const list = (now = 0) => entries.list(now).map(([key, value]) => `${key}=${String(value)}`);
  return { entries, told, set, list };
}

test("entries are listed by key", () => {
  const { set, list, entries } = make();
  set("/b", "1");
  set("/a", "2");
  assert.deepEqual(list(), ["/a=2", "/b=1"]);
  assert.equal(String(entries.get("/b", 0)), "1");
  assert.equal(entries.get("/c", 0), undefined);
});

test("who listens hears of each entry that is set, and of each that goes", () => {
  const { set, entries, told } = make();
  set("/a", "1");
  entries.delete("/a");
  entries.delete("/a");
  assert.deepEqual(told, ["/a=1", "/a"]);
});

test("an entry is not seen from the moment on when its time is over", () => {
  const { set, list, entries, told } = make();
  set("/a", "1", 100);
  assert.deepEqual(list(99), ["/a=1"]);
  assert.deepEqual(list(100), []);
  assert.equal(entries.get("/a", 100), undefined);
  entries.expire(99);
  entries.expire(100);
  entries.expire(200);
  assert.deepEqual(told, ["/a=1", "/a"], "told once");
  entries.delete("/a");
  assert.deepEqual(told, ["/a=1", "/a"], "and not again when the server deletes it");
});

test("an entry that is set anew lives again", () => {
  const { set, list, entries } = make();
  set("/a", "1", 100);
  entries.expire(100);
  set("/a", "2");
  assert.deepEqual(list(1000), ["/a=2"]);
});

test("when all is replaced only what is different is told", () => {
  const { set, list, entries, told } = make();
  set("/same", "1");
  set("/other", "1");
  set("/gone", "1");
  set("/hidden", "1", 100);
  set("/back", "1", 100);
  entries.expire(100);
  told.length = 0;
  entries.replace(
    [["/same", "1"], ["/other", "2"], ["/new", "1"], ["/back", "1"]].map(([key, text]) => ({ key: key!, value: Buffer.from(text!) })), // prettier-ignore
  );
  assert.deepEqual(told, ["/gone", "/other=2", "/new=1", "/back=1"]);
  assert.deepEqual(list(), ["/back=1", "/new=1", "/other=2", "/same=1"]);
});

test("what was replaced with a time goes when it is over", () => {
  const { entries, told } = make();
  entries.replace([{ key: "/a", value: Buffer.from("1"), expiresAt: 50 }]);
  entries.expire(50);
  assert.deepEqual(told, ["/a=1", "/a"]);
});
