import assert from "node:assert/strict";
import { test } from "node:test";
import { Board } from "../../../../src/agents/clone/server/board";

const gone = Buffer.alloc(0);
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

function set(board: Board, key: string, value = json(1), expiresAt?: number) {
  return board.apply(board.next(key, value, expiresAt));
}

/** The entries as a plain object. */
function read(board: Board, subtree = "") {
  const { entries } = board.snapshot(subtree);
  return Object.fromEntries(entries.map(({ key, value }) => [key, String(value)]));
}

test("updates are numbered without a hole, deletions too", () => {
  const board = new Board();
  assert.equal(set(board, "/a").sequence, 1);
  assert.equal(set(board, "/a", gone).sequence, 2);
  assert.equal(set(board, "/not-there", gone).sequence, 3);
  assert.deepEqual(read(board), {});
});

test("nothing has happened before it is applied", () => {
  const board = new Board();
  assert.equal(board.next("/a", json(1)).sequence, 1);
  assert.equal(board.sequence, 0);
  assert.equal(board.size, 0);
});

test("a snapshot has one subtree, and the last update in it, a deletion too", () => {
  const board = new Board();
  set(board, "/a/x");
  set(board, "/a/y", json(2));
  set(board, "/a/y", gone);
  set(board, "/b/x", json(3));
  assert.deepEqual(read(board, "/a/"), { "/a/x": "1" });
  assert.equal(board.snapshot("/a/").sequence, 3);
  assert.equal(board.snapshot("").sequence, 4);
  assert.equal(board.tipOf("/a/"), 3);
});

test("what is overdue is listed when its time has come, and not before", () => {
  const board = new Board();
  set(board, "/a", json(1), 100);
  set(board, "/b", json(1), 200);
  set(board, "/c");
  assert.deepEqual(board.listOverdue(99), []);
  assert.deepEqual(board.listOverdue(100), ["/a"]);
  set(board, "/a", gone);
  assert.deepEqual(board.listOverdue(1000), ["/b"]);
});

test("who sets an entry anew gives it a new time", () => {
  const board = new Board();
  set(board, "/a", json(1), 100);
  set(board, "/a", json(2), 200);
  assert.deepEqual(board.listOverdue(150), []);
  set(board, "/a", json(3));
  assert.deepEqual(board.listOverdue(1e9), []);
});

test("a board goes on where another ended", () => {
  const entries = new Map([["/a", { value: json(1), sequence: 3, expiresAt: 100 }]]);
  const board = new Board({ sequence: 7, entries });
  assert.deepEqual(board.listOverdue(100), ["/a"]);
  assert.deepEqual(set(board, "/b/x"), {
    key: "/b/x",
    value: json(1),
    sequence: 8,
    expiresAt: undefined,
    after: [7, 7],
  });
});
