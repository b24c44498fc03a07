import assert from "node:assert/strict";
import { test } from "node:test";
import type { CloneServerEvent } from "../../../../src/agents/clone/events";
import { Desk } from "../../../../src/agents/clone/server/desk";
import type { Unstamped } from "../../../../src/agents/stamp";
import type { Signature } from "../../../../src/messages/clone";
import { encodeChange, encodeSnapshotRequest } from "../../../../src/messages/clone/encode";
import { encodeKeyValue } from "../../../../src/messages/clone/frames";
import { parsePublished, parseSnapshotPart } from "../../../../src/messages/clone/parse";

const none = Buffer.alloc(0);
const client = Buffer.from("c");

/** A desk, and all it says. */
function openDesk({ maxEntries = 10, maxFrameBytes = 100_000, journal = undefined } = {}) {
  const published: Buffer[][] = [];
  const answers: Buffer[][] = [];
  const events: Unstamped<CloneServerEvent>[] = [];
  const counts = { hugzSoon: 0 };
  const outside = {
    publish: (frames: Buffer[]) => published.push(frames),
    answer: (_: Buffer, messages: Iterable<Buffer[]>) => answers.push(...messages),
    hugzSoon: () => counts.hugzSoon++,
    report: (event: Unstamped<CloneServerEvent>) => events.push(event),
  };
  const desk = new Desk({ serverId: "s", maxEntries, maxFrameBytes }, outside, journal);
  const types = () => events.map(({ type }) => type);
  return { desk, published, answers, events, types, counts };
}

type Opened = ReturnType<typeof openDesk>;

const set = (key: string, text: string, number?: number, first = number!, ttlMs?: number) => {
  const signature: Signature | undefined =
    number === undefined ? undefined : { writer: "w", number, first, wantsHugz: false };
  return encodeChange({ key, value: Buffer.from(text), uuid: none, ttlMs, signature });
};

/** What was published, read as a client does. */
const heard = ({ published }: Opened) =>
  published.map((frames) => {
    const parsed = parsePublished(frames);
    assert.ok(parsed.ok);
    return parsed.message;
  });

const updates = (opened: Opened) =>
  heard(opened).flatMap((message) => (message.type === "update" ? [message] : []));

const lastHugz = (opened: Opened) => {
  opened.desk.hugz();
  const message = heard(opened).at(-1)!;
  assert.ok(message.type === "hugz");
  return message;
};

test("a change is published with its number, what it comes after, and whose it is", () => {
  const opened = openDesk();
  opened.desk.change(set("/a/x", "1"), 0);
  opened.desk.change(set("/b/x", "2", 1), 0);
  const [first, second] = updates(opened);
  assert.deepEqual([first!.sequence, first!.after, first!.confirmed], [1, [0, 0], []]);
  assert.deepEqual([second!.sequence, second!.after], [2, [1, 0]]);
  assert.deepEqual(second!.confirmed, [{ writer: "w", number: 1 }]);
  assert.equal(second!.server, "s");
});

test("a change that comes again is confirmed again, and does not take place again", () => {
  const opened = openDesk();
  opened.desk.change(set("/a", "1", 1), 0);
  opened.desk.change(set("/a", "2", 2, 1), 0);
  opened.desk.change(set("/a", "1", 1), 0);
  assert.equal(updates(opened).length, 2);
  assert.equal(opened.counts.hugzSoon, 1);
  assert.deepEqual(lastHugz(opened).confirmed, [{ writer: "w", number: 2 }]);
  assert.equal(opened.types().at(-1), "duplicate");
});

test("a change before which one is missing waits to be sent again", () => {
  const opened = openDesk();
  opened.desk.change(set("/a", "2", 2, 1), 0);
  assert.equal(updates(opened).length, 0);
  assert.deepEqual(opened.types(), ["out-of-order"]);
});

test("HUGZ says where each subtree is that somebody follows", () => {
  const opened = openDesk();
  const subscribe = (text: string) => opened.desk.subscription([Buffer.from(text)]);
  subscribe("\x01/a/");
  subscribe("\x01");
  subscribe("\x01/no-subtree");
  subscribe("\x01HUGZ");
  assert.equal(opened.counts.hugzSoon, 1);
  opened.desk.change(set("/a/x", "1"), 0);
  opened.desk.change(set("/b/x", "1"), 0);
  assert.deepEqual([...lastHugz(opened).tips], [["/a/", 1], ["", 2]]); // prettier-ignore
  subscribe("\x00/a/");
  assert.deepEqual([...lastHugz(opened).tips], [["", 2]]);
});

test("many subtrees and writers are told of in several HUGZ", () => {
  const opened = openDesk({ maxEntries: 1 });
  for (let n = 0; n < 1100; n++) opened.desk.subscription([Buffer.from(`\x01/${n}/`)]);
  opened.desk.hugz();
  const tips = heard(opened).flatMap((message) =>
    message.type === "hugz" ? [...message.tips] : [],
  );
  assert.equal(heard(opened).length, 3);
  assert.equal(new Set(tips.map(([subtree]) => subtree)).size, 1100);
});

test("a snapshot is of one moment, and ends with its number and size", () => {
  const opened = openDesk();
  opened.desk.change(set("/a/x", "1", undefined, 0, 1000), 500);
  opened.desk.change(set("/a/y", "2"), 500);
  opened.desk.change(set("/b/y", "3"), 500);
  opened.desk.request(client, encodeSnapshotRequest("/a/"), 1100);
  const parts = opened.answers.map((frames) => {
    const parsed = parseSnapshotPart(frames);
    return parsed.ok && parsed.message;
  });
  assert.deepEqual(parts, [
    { type: "entry", key: "/a/x", value: Buffer.from("1"), ttlMs: 400 },
    { type: "entry", key: "/a/y", value: Buffer.from("2"), ttlMs: undefined },
    { type: "end", subtree: "/a/", sequence: 2, server: "s", entries: 2 },
  ]);
});

test("an entry whose time is over is deleted for everybody", () => {
  const opened = openDesk();
  opened.desk.change(set("/a", "1", undefined, 0, 1000), 0);
  opened.desk.expire(999);
  assert.equal(updates(opened).length, 1);
  opened.desk.expire(1000);
  const [, expired] = updates(opened);
  assert.deepEqual([expired!.key, expired!.value.length, expired!.sequence], ["/a", 0, 2]);
  opened.desk.expire(5000);
  assert.equal(updates(opened).length, 2);
});

test("a full map refuses new keys, tells the writer, and takes changes of the old ones", () => {
  const opened = openDesk({ maxEntries: 1 });
  opened.desk.change(set("/a", "1", 1), 0);
  opened.desk.change(set("/b", "1", 2), 0);
  opened.desk.change(set("/a", "2", 3, 2), 0);
  opened.desk.change(set("/c", "1"), 0); // nobody to tell
  assert.deepEqual(opened.types(), ["applied", "refused", "applied", "refused"]);
  const refused = [{ writer: "w", number: 2, reason: "there are 1 entries already, which is the limit" }]; // prettier-ignore
  assert.deepEqual(updates(opened)[1]!.refused, refused);
  assert.deepEqual(lastHugz(opened).refused, refused);
  opened.desk.change(set("/a", "", 4), 0);
  opened.desk.change(set("/b", "1", 5), 0);
  assert.equal(opened.types().at(-1), "applied");
});

test("a value that is no JSON is refused by its number, or rejected without one", () => {
  const opened = openDesk({ maxFrameBytes: 20 });
  opened.desk.change(set("/a", "{", 1), 0);
  opened.desk.change(set("/a", "{"), 0);
  opened.desk.change(set("/a", '"12345678901234567890"', 2), 0);
  assert.deepEqual(opened.types(), ["refused", "frame-rejected", "refused"]);
  assert.match(lastHugz(opened).refused[0]!.reason, /22 bytes, the limit is 20/);
});

test("garbage is rejected, and counted", () => {
  const opened = openDesk();
  opened.desk.change([], 0);
  opened.desk.change([Buffer.from("hello")], 0);
  opened.desk.change(encodeKeyValue({ key: "no-slash" }), 0);
  opened.desk.request(client, [], 0);
  opened.desk.request(client, [Buffer.from("GIMME"), none], 0);
  opened.desk.subscription([Buffer.from("hello")]);
  opened.desk.subscription([Buffer.of(1), Buffer.from("/a/")]);
  assert.equal(opened.desk.summary().framesRejected, 7);
  assert.ok(opened.types().every((type) => type === "frame-rejected"));
});

test("an update that cannot be written down has not happened", () => {
  const memory = { sequence: 0, entries: new Map(), writers: new Map(), torn: 0 };
  const full = () => {
    throw new Error("no space left");
  };
  const journal = { memory, update: full, refusal: full } as never;
  const opened = openDesk({ journal });
  assert.throws(() => opened.desk.change(set("/a", "1", 1), 0), /no space left/);
  assert.deepEqual([opened.published, opened.events], [[], []]);
});

test("a HUGZ with the refusals of many writers is never larger than a client accepts", () => {
  const opened = openDesk({ maxEntries: 1 });
  opened.desk.change(set("/one", "1"), 0);
  for (let n = 1; n <= 500; n++)
    for (let w = 1; w <= 30; w++) {
      const writer = `00000000-0000-4000-8000-${String(w).padStart(12, "0")}`;
      const signature = { writer, number: n, first: 1, wantsHugz: false };
      opened.desk.change(encodeChange({ key: "/x", value: Buffer.from("1"), uuid: none, signature }), 0); // prettier-ignore
    }
  opened.published.length = 0;
  opened.desk.hugz();
  for (const { confirmed, refused } of heard(opened))
    for (const { writer } of confirmed)
      assert.equal(refused.filter((one) => one.writer === writer).length, 500);
  assert.equal(heard(opened).flatMap(({ confirmed }) => confirmed).length, 30);
});
