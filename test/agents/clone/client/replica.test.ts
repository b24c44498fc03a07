/** A replica against a server's board, with a network in between that loses what it likes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { Replica } from "../../../../src/agents/clone/client/replica";
import type { CloneClientEvent } from "../../../../src/agents/clone/events";
import { Board } from "../../../../src/agents/clone/server/board";
import type { Unstamped } from "../../../../src/agents/stamp";
import type { HugzCommand, UpdateCommand } from "../../../../src/messages/clone";

const none = Buffer.alloc(0);
const nobody = { confirmed: [], refused: [] };

/** A server without sockets. */
class Source {
  readonly board: Board;

  constructor(
    readonly server?: string,
    board = new Board(),
  ) {
    this.board = board;
  }

  set(key: string, value: unknown, ttlMs?: number): UpdateCommand {
    const bytes = value === undefined ? none : Buffer.from(JSON.stringify(value));
    const { sequence, after } = this.board.apply(this.board.next(key, bytes));
    const update = { type: "update" as const, key, sequence, value: bytes, uuid: none, ttlMs };
    return this.server === undefined
      ? { ...update, ...nobody }
      : { ...update, server: this.server, after, ...nobody };
  }

  hugz(...subtrees: string[]): HugzCommand {
    const tips = new Map(subtrees.map((subtree) => [subtree, this.board.tipOf(subtree)]));
    return { type: "hugz", server: this.server, tips, ...nobody };
  }

  snapshot(subtree = "") {
    return { server: this.server, ...this.board.snapshot(subtree) };
  }
}

function makeReplica(subtree = "") {
  const events: Unstamped<CloneClientEvent>[] = [];
  const changes: string[] = [];
  const settled: string[] = [];
  const replica = new Replica(subtree, 1000, {
    changed: ({ key, value }) => changes.push(`${key}=${JSON.stringify(value)}`),
    settle: ({ confirmed }) => settled.push(...confirmed.map(({ writer }) => writer)),
    report: (event) => events.push(event),
  });
  const read = (now = 0) =>
    replica.entries
      .list(now)
      .map(([key, value]) => `${key}=${String(value)}`)
      .sort();
  return { replica, events, changes, settled, read, types: () => events.map(({ type }) => type) };
}

/** A replica that follows a source. */
function follow(source: Source, subtree = "") {
  const made = makeReplica(subtree);
  made.replica.install(source.snapshot(subtree), 0);
  return made;
}

const stateOf = (source: Source, subtree = "") =>
  source.board
    .snapshot(subtree)
    .entries.map(({ key, value }) => `${key}=${String(value)}`)
    .sort();

test("it takes a snapshot, then each update", () => {
  const source = new Source("s");
  source.set("/a", 1);
  const { replica, read, types } = follow(source);
  replica.hear(source.set("/b", 2), 0);
  replica.hear(source.set("/a", undefined), 0);
  assert.deepEqual(read(), ["/b=2"]);
  assert.deepEqual(types(), ["synchronised", "update", "update"]);
});

test("updates from before, during and after a snapshot: each counts once", () => {
  const source = new Source("s");
  const { replica, read } = makeReplica();
  const early = source.set("/a", 1);
  replica.hear(early, 0);
  replica.hear(source.set("/b", 1), 0);
  const snapshot = source.snapshot();
  replica.hear(source.set("/b", 2), 0);
  assert.deepEqual(read(), []);
  replica.install(snapshot, 0);
  replica.hear(source.set("/c", 3), 0);
  replica.hear(early, 0);
  assert.deepEqual(read(), ["/a=1", "/b=2", "/c=3"]);
  assert.equal(replica.isFollowing, true);
  assert.equal(replica.updates, 2);
});

test("a lost update is noticed at the next, and mended by a snapshot", () => {
  const source = new Source("s");
  const { replica, read, events } = follow(source);
  source.set("/a", 1); // lost
  replica.hear(source.set("/b", 2), 0);
  assert.equal(replica.isFollowing, false);
  assert.equal(replica.reason, "gap");
  assert.deepEqual(events.at(-1), { type: "gap", expected: 0, got: 1 });
  assert.deepEqual(read(), [], "what it has stays as it was");
  replica.install(source.snapshot(), 0);
  assert.deepEqual(read(), ["/a=1", "/b=2"]);
});

test("in a subtree updates elsewhere are no gap, and a lost one is", () => {
  const source = new Source("s");
  const { replica, read } = follow(source, "/a/");
  replica.hear(source.set("/a/x", 1), 0);
  source.set("/b/x", 2); // not for us
  replica.hear(source.set("/a/y", 3), 0);
  assert.equal(replica.isFollowing, true);
  source.set("/a/x", undefined); // lost
  source.set("/b/y", 4);
  replica.hear(source.set("/a/z", 5), 0);
  assert.equal(replica.isFollowing, false);
  replica.install(source.snapshot("/a/"), 0);
  assert.deepEqual(read(), stateOf(source, "/a/"));
});

test("a lost last update is noticed at the next HUGZ", () => {
  const source = new Source("s");
  const { replica } = follow(source, "/a/");
  source.set("/b/x", 1);
  replica.hear(source.hugz("", "/a/"), 0);
  assert.equal(replica.isFollowing, true);
  source.set("/a/x", 1); // lost
  replica.hear(source.hugz("", "/b/"), 0); // says nothing of this subtree
  assert.equal(replica.isFollowing, true);
  replica.hear(source.hugz("", "/a/"), 0);
  assert.equal(replica.isFollowing, false);
  assert.equal(replica.gaps, 1);
});

test("what is lost while a snapshot is under way is noticed when it is there", () => {
  const source = new Source("s");
  const { replica } = makeReplica();
  const snapshot = source.snapshot();
  source.set("/a", 1); // lost
  replica.hear(source.hugz(""), 0);
  replica.install(snapshot, 0);
  assert.equal(replica.isFollowing, false);
  replica.install(source.snapshot(), 0);
  assert.equal(replica.isFollowing, true);
});

test("another server is noticed, whatever its numbers", () => {
  const { replica, read, types } = follow(new Source("old"));
  const other = new Source("new");
  replica.hear(other.set("/a", 1), 0);
  assert.equal(replica.reason, "server-changed");
  assert.equal(types().at(-1), "server-changed");
  replica.install(other.snapshot(), 0);
  assert.deepEqual(read(), ["/a=1"]);
});

test("what an earlier server has said does not get into the state of a later one", () => {
  const old = new Source("old");
  const other = new Source("new");
  const { replica, read } = makeReplica();
  replica.hear(old.set("/old", 1), 0);
  replica.hear(other.set("/new", 1), 0);
  replica.install(other.snapshot(), 0);
  assert.deepEqual(read(), ["/new=1"]);
  replica.leave("server-silent");
  replica.hear(old.set("/old", 2), 0);
  replica.install(other.snapshot(), 0);
  assert.deepEqual(read(), ["/new=1"]);
});

test("a snapshot that is older than what was heard since is noticed as well", () => {
  const old = new Source("old");
  const other = new Source("new");
  const { replica } = makeReplica();
  const snapshot = old.snapshot();
  replica.hear(old.hugz(""), 0);
  replica.hear(other.set("/a", 1), 0);
  replica.install(snapshot, 0);
  assert.equal(replica.isFollowing, false);
});

test("of a snapshot only what is different is told", () => {
  const source = new Source("s");
  const { replica, changes } = follow(source);
  replica.hear(source.set("/a", 1), 0);
  replica.hear(source.set("/b", 1), 0);
  replica.leave("gap");
  source.set("/b", undefined);
  source.set("/c", { d: [1] });
  changes.length = 0;
  replica.install(source.snapshot(), 0);
  assert.deepEqual(changes, ["/b=undefined", '/c={"d":[1]}']);
});

test("an entry goes by its own clock when the server is out of reach, in an update and in a snapshot", () => {
  const source = new Source("s");
  const { replica, read, changes } = follow(source);
  replica.hear(source.set("/a", 1, 100), 1000);
  assert.deepEqual([read(1099), read(1100)], [["/a=1"], []]);
  replica.expire(1100);
  assert.deepEqual(changes, ["/a=1", "/a=undefined"]);
  const entries = [{ key: "/b", value: Buffer.from("2"), ttlMs: 50 }];
  replica.install({ server: "s", sequence: 1, entries }, 2000);
  assert.deepEqual([read(2049), read(2050)], [["/b=2"], []]);
});

test("a value that is no JSON is reported, and is as good as none", () => {
  const source = new Source("s");
  const { replica, read, types } = follow(source);
  replica.hear(source.set("/a", 1), 0);
  replica.hear({ ...source.set("/a", 2), value: Buffer.from("{") }, 0);
  assert.deepEqual(read(), []);
  assert.ok(types().includes("frame-rejected"));
  assert.equal(replica.isFollowing, true);
});

test("what the server says of writers counts when it is taken, late or not", () => {
  const source = new Source("s");
  const { replica, settled } = makeReplica();
  const of = (writer: string) => ({ ...source.set("/a", 1), confirmed: [{ writer, number: 1 }] });
  replica.hear(of("waiting"), 0);
  assert.deepEqual(settled, []);
  replica.install(source.snapshot(), 0);
  replica.hear(of("now"), 0);
  replica.hear({ ...source.hugz(""), confirmed: [{ writer: "again", number: 1 }] }, 0);
  assert.deepEqual(settled, ["waiting", "now", "again"]);
});

test("a server that knows only CHP: a number that is left out is a gap in the whole map", () => {
  const source = new Source();
  const whole = follow(source);
  const part = follow(source, "/a/");
  for (const { replica } of [whole, part]) replica.hear({ ...source.hugz(), tips: new Map() }, 0);
  const first = source.set("/a/x", 1);
  source.set("/b/x", 1); // lost, or not for us
  const third = source.set("/a/y", 1);
  for (const { replica } of [whole, part]) {
    replica.hear(first, 0);
    replica.hear(third, 0);
  }
  assert.deepEqual([whole.replica.isFollowing, part.replica.isFollowing], [false, true]);
});

for (let seed = 1; seed <= 5; seed++)
  test(`chance loses, restarts and delays (seed ${seed}): who follows has the server's state, and everybody comes to follow`, () => {
    const dice = xoroshiro128plus(seed);
    const roll = (from: number, to: number) => uniformInt(dice, from, to);
    const subtrees = ["", "/1/", "/1/2/"];
    let source = new Source("0");
    const readers = subtrees.map((subtree) => ({ subtree, ...makeReplica(subtree) }));
    const pending = new Map<string, ReturnType<Source["snapshot"]>>();
    const followed = new Map<string, string | undefined>();
    let compared = 0;
    for (let step = 1; step <= 3000; step++) {
      const kind = roll(0, 99);
      if (kind === 0) source = new Source(String(step), roll(0, 1) ? new Board() : source.board); // prettier-ignore
      const message =
        kind < 10
          ? source.hugz(...subtrees)
          : source.set(keyOf(roll), roll(0, 3) ? step : undefined);
      for (const { subtree, replica, read } of readers) {
        const isForIt = message.type === "hugz" || message.key.startsWith(subtree);
        if (isForIt && roll(0, 9) > 0) replica.hear(message, 0);
        if (!replica.isFollowing && !pending.has(subtree))
          pending.set(subtree, source.snapshot(subtree)); // prettier-ignore
        else if (pending.has(subtree) && roll(0, 4) === 0) {
          replica.install(pending.get(subtree)!, 0);
          followed.set(subtree, pending.get(subtree)!.server);
          pending.delete(subtree);
        }
        const isUpToDate = replica.sequence === source.board.tipOf(subtree);
        if (!replica.isFollowing || !isUpToDate || followed.get(subtree) !== source.server)
          continue;
        assert.deepEqual(read(), stateOf(source, subtree), `${subtree} at step ${step}`);
        compared++;
      }
    }
    assert.ok(compared > 500, `compared ${compared} times`);
    for (const { subtree, replica, read } of readers) {
      replica.hear(source.hugz(...subtrees), 0);
      if (!replica.isFollowing) replica.install(source.snapshot(subtree), 0);
      replica.hear(source.hugz(...subtrees), 0);
      assert.equal(replica.isFollowing, true);
      assert.deepEqual(read(), stateOf(source, subtree));
      assert.ok(replica.gaps > 0);
    }
  });

function keyOf(roll: (from: number, to: number) => number): string {
  const parts = Array.from({ length: roll(1, 3) }, () => roll(1, 3));
  return `/${parts.join("/")}`;
}
