/** The server against peers that know only CHP (rfc.zeromq.org/spec/12), and against nonsense. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { Context, Dealer, Request, XPublisher } from "zeromq";
import { cloneServerAgent } from "../../../src/agents/clone/server";
import { encodeKeyValue } from "../../../src/messages/clone/frames";
import { parsePublished } from "../../../src/messages/clone/parse";
import { BareClient, startServer } from "./clone-rig";

const limit = { timeout: 240_000 };
const kvset = (key: string, text: string, properties: [string, string][] = []) =>
  encodeKeyValue({ key, value: Buffer.from(text), properties });

/** The frames that CHP knows, as it writes them down. */
const plain = ([key, sequence, , , value]: Buffer[]) => [
  String(key),
  Number(sequence!.readBigUInt64BE()),
  String(value),
];

test("a client of CHP: snapshot, KVSET, KVPUB, snapshot again", limit, async (t) => {
  const { addresses, run, stop } = await startServer(t);
  const client = new BareClient(t, addresses);
  assert.deepEqual((await client.ask()).map(plain), [["KTHXBAI", 0, ""]]);
  await client.heard();
  await client.changes.send(kvset("/a/x", "1"));
  await client.changes.send(kvset("/b/x", '"two"'));
  assert.deepEqual(plain(await client.next("/a/x")), ["/a/x", 1, "1"]);
  assert.deepEqual(plain(await client.next("/b/x")), ["/b/x", 2, '"two"']);
  assert.deepEqual((await client.ask()).map(plain), [
    ["/a/x", 2, "1"],
    ["/b/x", 2, '"two"'],
    ["KTHXBAI", 2, ""],
  ]);
  assert.deepEqual((await client.ask("/a/")).map(plain), [
    ["/a/x", 1, "1"],
    ["KTHXBAI", 1, "/a/"],
  ]);
  await client.changes.send(kvset("/a/x", ""));
  assert.deepEqual(plain(await client.next("/a/x")), ["/a/x", 3, ""]);
  stop.abort();
  const { outcome, entries, applied, snapshots } = await run;
  assert.deepEqual({ outcome, entries, applied, snapshots }, { outcome: "stopped", entries: 1, applied: 3, snapshots: 3 }); // prettier-ignore
});

test(
  "a UUID goes on, and so does a ttl in seconds, after which the value is empty",
  limit,
  async (t) => {
    const { addresses, witness } = await startServer(t);
    const client = new BareClient(t, addresses, "/a/");
    await client.heard();
    await client.ask();
    const uuid = Buffer.alloc(16, 7);
    const properties = [["ttl", "1"]] as [string, string][];
    await client.changes.send(encodeKeyValue({ key: "/a/x", uuid, properties, value: Buffer.from("1") })); // prettier-ignore
    const set = await client.next("/a/x");
    assert.deepEqual(set[2], uuid);
    assert.match(String(set[3]), /^ttl=1\n/);
    assert.deepEqual(plain(await client.next("/a/x")), ["/a/x", 2, ""]);
    const [{ at: setAt }, { at: overAt }] = [
      witness.all("applied")[0]!,
      witness.all("expired")[0]!,
    ];
    assert.ok(overAt - setAt > 900, "and not before");
  },
);

test("HUGZ comes by itself, and at once to who begins to follow", limit, async (t) => {
  const { addresses } = await startServer(t, { heartbeatMs: 200 });
  const client = new BareClient(t, addresses, "/a/");
  const hugz = await client.next("HUGZ");
  assert.deepEqual([hugz[1], hugz[2]!.length, hugz[4]!.length], [Buffer.alloc(8), 0, 0]);
  const parsed = parsePublished(await client.next("HUGZ"));
  assert.ok(parsed.ok && parsed.message.type === "hugz");
  assert.equal(parsed.message.tips.get("/a/"), 0);
});

test("the server waits with no heartbeat for who begins to follow", limit, async (t) => {
  const { addresses } = await startServer(t, { heartbeatMs: 2 ** 30 });
  for (let n = 0; n < 3; n++) await new BareClient(t, addresses, "/a/").next("HUGZ");
});

test("nonsense on every socket is refused, and nobody else notices", limit, async (t) => {
  const { addresses, witness, run, stop } = await startServer(t);
  const context = new Context();
  const dealer = new Dealer({ context, linger: 0 });
  const request = new Request({ context, linger: 0 });
  const publisher = new XPublisher({ context, linger: 0 });
  t.after(() => [dealer, request, publisher].forEach((socket) => socket.close()));
  dealer.connect(addresses.snapshotAddr);
  request.connect(addresses.snapshotAddr);
  publisher.connect(addresses.changesAddr);
  await publisher.receive();
  await dealer.send(["ICANHAZ?"]);
  await dealer.send(["ICANHAZ?", "/not-a-subtree"]);
  await dealer.send(["ICANHAZ?", Buffer.of(0xff)]);
  await request.send(["ICANHAZ?", ""]); // a REQ puts an empty frame before it
  await publisher.send(["hello"]);
  await publisher.send(kvset("/a", "no JSON"));
  await publisher.send(kvset("no-slash", "1"));
  await publisher.send(kvset("/a", "1", [["ttl", "soon"]]));
  await witness.heard("frame-rejected", () => witness.all("frame-rejected").length === 8);
  const client = new BareClient(t, addresses);
  await client.heard();
  await client.changes.send(kvset("/a", "1"));
  assert.deepEqual(plain(await client.next("/a")), ["/a", 1, "1"]);
  stop.abort();
  assert.equal((await run).framesRejected, 8);
});

test("who asks and goes away does not hold up the others", limit, async (t) => {
  const { addresses } = await startServer(t, { highWaterMark: 100_000 });
  const writer = new BareClient(t, addresses);
  await writer.heard();
  for (let n = 0; n < 2000; n++) await writer.changes.send(kvset(`/a/${n}`, `"${"x".repeat(1000)}"`)); // prettier-ignore
  await writer.next("/a/1999");
  for (let n = 0; n < 5; n++) {
    const hasty = new Dealer({ context: new Context(), linger: 0 });
    hasty.connect(addresses.snapshotAddr);
    await hasty.send(["ICANHAZ?", ""]);
    await hasty.receive();
    hasty.close();
  }
  assert.equal((await writer.ask()).length, 2001);
});

test("a full map refuses, and says so", limit, async (t) => {
  const { addresses, witness } = await startServer(t, { maxEntries: 1 });
  const client = new BareClient(t, addresses);
  await client.heard();
  await client.changes.send(kvset("/a", "1"));
  await client.changes.send(kvset("/b", "1"));
  const { key, reason } = await witness.heard("refused");
  assert.deepEqual([key, reason], ["/b", "there are 1 entries already, which is the limit"]);
});

test("a taken port, a damaged journal and wrong options are clear errors", limit, async (t) => {
  const { addresses } = await startServer(t);
  await assert.rejects(cloneServerAgent({ ...addresses }), /Cannot bind snapshotAddr .*taken/);
  const folder = mkdtempSync(path.join(os.tmpdir(), "clone server-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const journal = path.join(folder, "board.jsonl");
  writeFileSync(journal, "hello\n");
  const anyPorts = { snapshotAddr: "tcp://127.0.0.1:*", updatesAddr: "tcp://127.0.0.1:*", changesAddr: "tcp://127.0.0.1:*" }; // prettier-ignore
  await assert.rejects(cloneServerAgent({ ...anyPorts, journal }), /Cannot read line 1 of the journal/); // prettier-ignore
  await assert.rejects(cloneServerAgent({ maxEntries: 0 }), /maxEntries/);
  await assert.rejects(cloneServerAgent({ heartbeatMs: 0.5 }), /heartbeatMs/);
  await assert.rejects(cloneServerAgent({ updatesAddr: "here" }), /updatesAddr/);
});

test("stopped before it has begun it opens nothing", limit, async () => {
  const { outcome } = await cloneServerAgent({ signal: AbortSignal.abort() });
  assert.equal(outcome, "stopped");
});

test("an error of who listens to its events ends it", limit, async (t) => {
  const onEvent = () => {
    throw new Error("no ear");
  };
  await assert.rejects(startServer(t, { onEvent }), /no ear/);
});
