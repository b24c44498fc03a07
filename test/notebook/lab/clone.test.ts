import assert from "node:assert/strict";
import { test } from "node:test";
import { inStep, openBoard, openCloneServer, until } from "../../../src/notebook/lab/clone";
import { lab } from "../../../src/notebook/lab/lab";

const options = { timeout: 240_000 };

test("boards of one server come to the same update", options, async () => {
  await lab("clone test", async (room) => {
    const server = await openCloneServer(room);
    const ann = await openBoard(room, { ...server, name: "Ann" });
    await ann.set("/a", 1);
    const bob = await openBoard(room, { ...server, name: "Bob" });
    await Promise.all([ann.set("/a", 2), bob.set("/b", 3)]);
    await inStep(ann, bob);
    assert.deepEqual(bob.entries(), [
      ["/a", 2],
      ["/b", 3],
    ]);
    assert.deepEqual(ann.entries(), bob.entries());
  });
});

test("when the lab closes, its boards and its server end", options, async () => {
  const { ann, addresses } = await lab("clone test", async (room) => {
    const addresses = await openCloneServer(room);
    return { addresses, ann: await openBoard(room, addresses) };
  });
  await assert.rejects(ann.set("/a", 1), /ended before the server confirmed \/a/);
  await lab("clone test", (room) => openCloneServer(room, addresses)); // the ports are free
});

test("a board that finds no server says so", options, async () => {
  const nobody = "tcp://127.0.0.1:1";
  const addresses = { snapshotAddr: nobody, updatesAddr: nobody, changesAddr: nobody };
  await assert.rejects(
    lab("clone test", (room) => openBoard(room, { ...addresses, startTimeoutMs: 100 })),
    /in vain for a snapshot/,
  );
});

test("waits until something is so", options, async () => {
  let looks = 0;
  await until(() => ++looks === 3, "It never was");
  assert.equal(looks, 3);
});

test("what is not so in a minute is an error", options, async (t) => {
  t.mock.timers.enable({ apis: ["Date"] });
  const never = until(() => false, "It never was");
  t.mock.timers.tick(60_001);
  await assert.rejects(never, /^Error: It never was within a minute\.$/);
});
