import assert from "node:assert/strict";
import { test } from "node:test";
import { listenTo, readAddresses } from "../../../src/agents/broadcast/listening";
import { withDefaults } from "../../../src/agents/options";
import { withSockets } from "../../../src/transport/sockets";
import { BarePublisher } from "./bare-peers";

test("subscribes everywhere, and knows who is there", { timeout: 240_000 }, async (t) => {
  const [one, two] = [await BarePublisher.bound(t), await BarePublisher.bound(t)];
  const settings = withDefaults({ highWaterMark: 7, maxFrameBytes: 10 });
  await withSockets(undefined, async (open) => {
    const addresses = [one.address, two.address];
    const { socket, publishers } = listenTo(open, settings, addresses, ["a.", "b."]);
    for (const publisher of [one, two]) assert.deepEqual(await publisher.asked(2), ["a.", "b."]);
    const { receiveHighWaterMark, maxMessageSize } = socket;
    assert.deepEqual([receiveHighWaterMark, maxMessageSize], [7, 160]);
    const changes = publishers.changes();
    while (publishers.connected < 2) await changes.next();
    one.socket.close();
    while (publishers.connected > 1) await changes.next();
  });
});

test("one address or many, and none is refused", () => {
  assert.deepEqual(readAddresses("tcp://127.0.0.1:1"), ["tcp://127.0.0.1:1"]);
  const two = ["tcp://127.0.0.1:1", "ipc:///tmp/two"];
  assert.deepEqual(readAddresses(two), two);
  assert.throws(() => readAddresses([]), /^RangeError: Cannot use broadcastAddr .* it is empty$/);
  assert.throws(() => readAddresses(["tcp://x"]), /^TypeError: Cannot use broadcastAddr/);
});
