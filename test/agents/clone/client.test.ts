/** Clients and a server over real sockets: who joins, loses, writes and leaves when, all end with the server's state. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Context, Router, Subscriber, XPublisher } from "zeromq";
import { cloneClientAgent } from "../../../src/agents/clone/client";
import type { SharedMap } from "../../../src/agents/clone/client/shared-map";
import { encodeKeyValue } from "../../../src/messages/clone/frames";
import { parseChange, parsePublished } from "../../../src/messages/clone/parse";
import { bindSocket } from "../../../src/transport/sockets";
import { anyPort } from "../bare-peers";
import {
  agree,
  flows,
  heartbeat,
  Middleman,
  sees,
  startClient,
  startServer,
  until,
} from "./clone-rig";

const limit = { timeout: 240_000 };

test("what one writes another reads, and so does a latecomer", limit, async (t) => {
  const { addresses } = await startServer(t);
  const { map: writer } = await startClient(t, addresses, { name: "writer" });
  const { map: reader } = await startClient(t, addresses, { name: "reader" });
  await writer.set("/found/1", { by: "1", n: [1, 2] });
  assert.deepEqual(writer.get("/found/1"), { by: "1", n: [1, 2] }, "confirmed means: it is here");
  await writer.set("/found/2", null);
  await writer.delete("/found/1");
  await until(reader, () => reader.sequence === 3);
  const { map: latecomer } = await startClient(t, addresses);
  for (const map of [writer, reader, latecomer]) {
    assert.deepEqual(map.entries(), [["/found/2", null]]);
    assert.deepEqual(
      [map.size, map.keys(), map.isCurrent, map.sequence],
      [1, ["/found/2"], true, 3],
    );
  }
});

test("a subtree is all that a client sees; it may write anywhere", limit, async (t) => {
  const { addresses } = await startServer(t);
  const { map: part } = await startClient(t, addresses, { subtree: "/a/" });
  const { map: whole } = await startClient(t, addresses);
  await Promise.all([part.set("/a/x", 1), part.set("/b/x", 2), part.set("/top", 3)]);
  assert.deepEqual(part.keys(), ["/a/x"]);
  await until(whole, () => whole.size === 3);
  await whole.set("/a/y", 4);
  await sees(part, "/a/y", 4);
});

test("two writers of one key end equal everywhere", limit, async (t) => {
  const { addresses } = await startServer(t);
  const { map: one } = await startClient(t, addresses, { name: "one" });
  const { map: two } = await startClient(t, addresses, { name: "two" });
  const { map: reader } = await startClient(t, addresses, { name: "reader" });
  const write = (map: SharedMap, name: string) =>
    Promise.all(Array.from({ length: 300 }, (_, n) => map.set("/both", `${name} ${n}`)));
  await Promise.all([write(one, "one"), write(two, "two")]);
  for (const map of [one, two, reader]) await until(map, () => map.sequence === 600);
  assert.match(JSON.stringify(one.get("/both")), / 299"$/);
  assert.equal(two.get("/both"), one.get("/both"));
  assert.equal(reader.get("/both"), one.get("/both"));
});

test("values are copies, and wrong ones are refused at once", limit, async (t) => {
  const { addresses } = await startServer(t);
  const { map } = await startClient(t, addresses, { maxFrameBytes: 100 });
  await map.set("/a", { n: 1 });
  (map.get("/a") as { n: number }).n = 2;
  (map.entries()[0]![1] as { n: number }).n = 2;
  assert.deepEqual(map.get("/a"), { n: 1 });
  assert.throws(() => map.set("a", 1), /Cannot use key .*"a"/);
  assert.throws(() => map.set("/a", undefined as never), TypeError);
  assert.throws(() => map.set("/a", "x".repeat(100)), /102 bytes, the limit is 100/);
  assert.throws(() => map.set("/a", 1, { ttlMs: 0 }), /ttlMs/);
  assert.throws(() => map.delete("/a/"), /Cannot use key/);
});

test("changes are told to listeners and to loops, until they want no more", limit, async (t) => {
  const { addresses } = await startServer(t);
  const { map, finish } = await startClient(t, addresses);
  const heard: unknown[] = [];
  const leave = map.onChange(({ key, value }) => heard.push([key, value]));
  const looped: unknown[] = [];
  const changes = map.changes();
  await map.set("/a", 1);
  await map.delete("/a");
  leave();
  await map.set("/b", 2);
  assert.deepEqual(heard, [["/a", 1], ["/a", undefined]]); // prettier-ignore
  const loop = (async () => {
    for await (const { key, value, sequence } of changes) looped.push([key, value, sequence]);
  })();
  await finish();
  await loop; // it ends when the client does
  assert.deepEqual(looped, [["/a", 1, 1], ["/a", undefined, 2], ["/b", 2, 3]]); // prettier-ignore
  for await (const change of map.changes()) assert.fail(change.key);
});

test(
  "a lost update is noticed at the next one, and a lost last one at the next HUGZ",
  limit,
  async (t) => {
    const { addresses } = await startServer(t);
    const lost = new Set(["/a/lost", "/a/last"]);
    const lossy = await Middleman.between(t, addresses, (frames) =>
      lost.delete(String(frames[0])) ? [] : [frames],
    );
    const { map: writer } = await startClient(t, addresses);
    const { map: reader, witness } = await startClient(t, lossy, { subtree: "/a/" });
    await flows(writer, "/a/first", witness);
    await reader.synchronised();
    const before = witness.all("gap").length;
    await writer.set("/a/lost", 1);
    await writer.set("/b/x", 2);
    await writer.set("/a/seen", 3);
    await sees(reader, "/a/lost", 1);
    await reader.synchronised();
    await sees(reader, "/a/seen", 3);
    assert.deepEqual([witness.all("gap").length - before, lost.size], [1, 1]);
    await writer.set("/a/last", 4);
    await sees(reader, "/a/last", 4);
    assert.deepEqual([witness.all("gap").length - before, lost.size], [2, 0]);
  },
);

test("updates that come twice, late or in another order change nothing", limit, async (t) => {
  const { addresses } = await startServer(t);
  let held: Buffer[] | undefined;
  const strange = await Middleman.between(t, addresses, (frames) => {
    const late = held;
    held = String(frames[0]) === "/a" && !late ? frames : undefined;
    return held ? [] : late ? [frames, late, frames] : [frames, frames];
  });
  const { map: writer } = await startClient(t, addresses);
  const { map: reader } = await startClient(t, strange);
  for (let n = 0; n < 50; n++) {
    await writer.set("/a", n);
    await writer.set("/b", n);
  }
  await until(reader, () => reader.sequence === 100);
  await agree(reader, writer);
});

test(
  "an entry with a time goes everywhere, also from who joined late or was cut off",
  limit,
  async (t) => {
    const server = await startServer(t);
    const { map: writer } = await startClient(t, server.addresses);
    const { map: reader } = await startClient(t, server.addresses);
    await writer.set("/short", 1, { ttlMs: 300 });
    await writer.set("/refreshed", 1, { ttlMs: 300 });
    await writer.set("/refreshed", 2);
    const { map: latecomer } = await startClient(t, server.addresses);
    const everybody = [writer, reader, latecomer];
    for (const map of everybody) await sees(map, "/short", undefined);
    await server.witness.heard("expired", ({ key }) => key === "/short");
    await writer.set("/long", 1, { ttlMs: 2000 });
    const { sequence } = writer;
    for (const map of everybody) await until(map, () => map.sequence >= sequence);
    server.stop.abort();
    await server.run;
    for (const map of everybody) await sees(map, "/long", undefined);
    assert.equal(latecomer.get("/refreshed"), 2);
  },
);

test(
  "a server that starts anew is empty without a journal, and the clients with it",
  limit,
  async (t) => {
    const first = await startServer(t);
    const { map, witness } = await startClient(t, first.addresses);
    await map.set("/a", 1);
    first.stop.abort();
    await first.run;
    const write = map.set("/b", 2); // nobody is there
    await startServer(t, first.addresses);
    await write;
    await until(map, () => map.size === 1 && map.isCurrent);
    assert.deepEqual(map.entries(), [["/b", 2]]);
    assert.ok(witness.all("synchronised").length >= 2);
  },
);

test("a silent server is noticed; the map stays readable, and is not current", limit, async (t) => {
  const { addresses, run, stop } = await startServer(t);
  const { map, witness } = await startClient(t, addresses, { liveness: 3 });
  await map.set("/a", 1);
  stop.abort();
  await run;
  const stoppedAt = Date.now();
  await witness.heard("server-silent", ({ at }) => at > stoppedAt);
  assert.deepEqual([map.get("/a"), map.isCurrent], [1, false]);
});

test("the server's refusal comes to who wrote", limit, async (t) => {
  const { addresses } = await startServer(t, { maxEntries: 1 });
  for (const subtree of ["", "/elsewhere/"]) {
    const { map, finish } = await startClient(t, addresses, { subtree });
    const writes = [map.set("/a", 1), map.set("/b", 2), map.set("/a", 3), map.delete("/a")];
    const outcomes = (await Promise.allSettled(writes)).map(({ status }) => status);
    assert.deepEqual(outcomes, ["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    await assert.rejects(writes[1]!, /The server refuses \/b: there are 1 entries already/);
    const { confirmed, refused, unconfirmed } = await finish();
    assert.deepEqual([confirmed, refused, unconfirmed], [3, 1, 0]);
  }
});

test(
  "a client ends when its body has returned and all is confirmed, without anybody waiting for it",
  limit,
  async (t) => {
    const { addresses, witness } = await startServer(t);
    const summary = await cloneClientAgent({
      ...addresses,
      maxUnconfirmed: 10,
      body: (map) => {
        for (let n = 0; n < 500; n++) void map.set(`/a/${n % 7}`, n);
      },
    });
    const { outcome, confirmed, unconfirmed } = summary;
    assert.deepEqual([outcome, confirmed, unconfirmed], ["complete", 500, 0]);
    assert.deepEqual(witness.all("applied").map(({ number }) => number), Array.from({ length: 500 }, (_, n) => n + 1)); // prettier-ignore
  },
);

test("a body's error is the client's, and a listener's too", limit, async (t) => {
  const { addresses } = await startServer(t);
  const fail = () => {
    throw new Error("my mistake");
  };
  await assert.rejects(cloneClientAgent({ ...addresses, body: fail }), /my mistake/);
  const listen = async (map: SharedMap) => {
    map.onChange(fail);
    await map.set("/a", 1);
  };
  await assert.rejects(cloneClientAgent({ ...addresses, body: listen }), /my mistake/);
});

test(
  "stopped, it ends at once and says what is unconfirmed; who waits for an answer gets an error",
  limit,
  async (t) => {
    const server = await startServer(t);
    const { map, stop, run } = await startClient(t, server.addresses);
    server.stop.abort();
    await server.run;
    const write = map.set("/a", 1);
    void map.set("/a", 2); // nobody waits for this one
    stop.abort();
    await assert.rejects(write, /has ended before the server confirmed \/a/);
    const { outcome, unconfirmed } = await run;
    assert.deepEqual([outcome, unconfirmed], ["stopped", 2]);
  },
);

test(
  "a server that does not come, or does not come back, is not waited for for ever",
  limit,
  async (t) => {
    const server = await startServer(t);
    const { map, finish } = await startClient(t, server.addresses, { finishTimeoutMs: 50 });
    server.stop.abort();
    await server.run;
    void map.set("/a", 1);
    assert.deepEqual((await finish()).outcome, "server-lost");
    const late = cloneClientAgent({ ...server.addresses, ...heartbeat, startTimeoutMs: 50 });
    await assert.rejects(late, /Waited 50 ms in vain for a snapshot of the Clone server at tcp/);
  },
);

test("wrong options are named", limit, async () => {
  await assert.rejects(cloneClientAgent({ subtree: "/a" }), /subtree/);
  await assert.rejects(cloneClientAgent({ maxUnconfirmed: 0 }), /maxUnconfirmed/);
  await assert.rejects(cloneClientAgent({ changesAddr: "there" }), /changesAddr/);
  await assert.rejects(cloneClientAgent({ name: "" }), /name/);
  const { outcome } = await cloneClientAgent({ signal: AbortSignal.abort() });
  assert.equal(outcome, "stopped");
});

/** The sockets of a server that knows only CHP. */
async function plainServer(t: TestContext, receiveHighWaterMark = 1000) {
  const context = new Context();
  const snapshots = new Router({ context, linger: 0 });
  const updates = new XPublisher({ context, linger: 0 });
  const changes = new Subscriber({ context, linger: 0, receiveHighWaterMark });
  t.after(() => [snapshots, updates, changes].forEach((socket) => socket.close()));
  const addresses = {
    snapshotAddr: await bindSocket(snapshots, "snapshotAddr", anyPort),
    updatesAddr: await bindSocket(updates, "updatesAddr", anyPort),
    changesAddr: await bindSocket(changes, "changesAddr", anyPort),
  };
  changes.subscribe();
  return { snapshots, updates, changes, addresses };
}

test("a server that knows only CHP is followed, and written to", limit, async (t) => {
  const { snapshots, updates, changes, addresses } = await plainServer(t);
  const client = startClient(t, addresses, { liveness: 100 });
  const [who, ...request] = await snapshots.receive();
  assert.deepEqual(request.map(String), ["ICANHAZ?", ""]);
  const entry = encodeKeyValue({ key: "/a", sequence: 4, value: Buffer.from("1") });
  await snapshots.send([who!, ...entry]);
  await snapshots.send([who!, ...encodeKeyValue({ key: "KTHXBAI", sequence: 4 })]);
  const { map } = await client;
  assert.deepEqual([map.get("/a"), map.sequence], [1, 4]);
  const write = map.set("/b", 2, { ttlMs: 1500 });
  const set = await changes.receive();
  assert.equal(String(set[3]).split("\n")[0], "ttl=1.5");
  const published = [...set];
  published[1] = encodeKeyValue({ key: "", sequence: 5 })[1]!;
  await updates.send(published); // as the Guide's server does: the KVSET with a number
  await write;
  assert.equal(map.get("/b"), 2);
});

test(
  "what is not confirmed is sent again, with the same numbers, and what the server says is believed",
  limit,
  async (t) => {
    const { snapshots, updates, changes, addresses } = await plainServer(t);
    const client = startClient(t, addresses, { heartbeatMs: 50, liveness: 4 });
    const serveSnapshots = (async () => {
      for await (const [who] of snapshots)
        await snapshots.send([who!, ...encodeKeyValue({ key: "KTHXBAI" })]);
    })();
    const { map, witness, stop, run } = await client;
    const writes = Promise.all([map.set("/a", 1), map.set("/b", 2), map.set("/c", 3)]);
    const numbers: number[] = [];
    const serveChanges = (async () => {
      for await (const frames of changes) {
        const parsed = parseChange(frames);
        assert.ok(parsed.ok);
        const { number, writer } = parsed.message.signature!;
        numbers.push(number);
        if (numbers.filter((one) => one === 3).length < 2) continue;
        const properties = [["confirmed", `3 ${writer}`]] as [string, string][];
        await updates.send(encodeKeyValue({ key: "HUGZ", properties })); // to who may not listen just now
      }
    })();
    await writes;
    for (const [index, number] of numbers.entries())
      assert.ok(number === 1 || number === numbers[index - 1]! + 1, numbers.join());
    assert.ok(witness.all("resent").length > 0);
    stop.abort();
    await run;
    snapshots.close();
    changes.close();
    await Promise.all([serveSnapshots, serveChanges]);
  },
);

test("a server that does not read holds the writer up, and nothing is lost", limit, async (t) => {
  const { snapshots, updates, changes, addresses } = await plainServer(t, 1);
  const client = startClient(t, addresses, { highWaterMark: 1, maxUnconfirmed: 5000 });
  const serveSnapshots = (async () => {
    for await (const [who] of snapshots)
      await snapshots.send([who!, ...encodeKeyValue({ key: "KTHXBAI" })]);
  })();
  const { map, stop, run } = await client;
  const ballast = "x".repeat(20_000);
  const writes = Promise.all(Array.from({ length: 2000 }, (_, n) => map.set(`/${n}`, ballast)));
  await Promise.race([run, delay(200)]); // 40 MB are more than all queues hold
  for await (const frames of changes) {
    const parsed = parseChange(frames);
    assert.ok(parsed.ok);
    const { number, writer } = parsed.message.signature!;
    const properties = [["confirmed", `${number} ${writer}`]] as [string, string][];
    await updates.send(encodeKeyValue({ key: "HUGZ", properties }));
    if (number === 2000) break;
  }
  await writes;
  stop.abort();
  assert.equal((await run).confirmed, 2000);
  snapshots.close();
  await serveSnapshots;
});

test("nonsense from a server is refused, and what is left is followed", limit, async (t) => {
  const { addresses } = await startServer(t);
  const nonsense = [Buffer.from("/a"), Buffer.from("nonsense")];
  const strange = await Middleman.between(t, addresses, (frames) => {
    const isUpdate = String(frames[0]).startsWith("/a");
    return isUpdate ? [nonsense, frames, [frames[0]!]] : [frames];
  });
  const { map, witness } = await startClient(t, strange);
  await flows(map, "/a", witness);
  await witness.heard("frame-rejected", () => witness.all("frame-rejected").length >= 2);
  await map.set("/b", 1);
  assert.equal(map.get("/b"), 1);
});

test(
  "a change that was confirmed, and whose confirmation was lost, takes place once",
  limit,
  async (t) => {
    const { addresses, witness } = await startServer(t);
    let deaf = true;
    const lossy = await Middleman.between(t, addresses, (frames) => {
      const parsed = parsePublished(frames);
      assert.ok(parsed.ok);
      return deaf && parsed.message.confirmed.length > 0 ? [] : [frames];
    });
    const { map, witness: client } = await startClient(t, lossy, { liveness: 3 });
    const write = map.set("/count", 1);
    await witness.heard("duplicate");
    deaf = false;
    await write;
    assert.equal(witness.all("applied").length, 1);
    assert.ok(client.all("resent").length > 0);
  },
);
