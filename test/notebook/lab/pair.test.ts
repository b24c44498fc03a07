import assert from "node:assert/strict";
import { test } from "node:test";
import type { Socket } from "zeromq";
import { lab } from "../../../src/notebook/lab/lab";
import { openPair } from "../../../src/notebook/lab/pair";

test(
  "what goes in at the sender comes out at the receiver, and the lab closes both",
  { timeout: 240_000 },
  async () => {
    let opened: Socket[] = [];
    await lab("pair", async ({ use }) => {
      const [sender, receiver] = await openPair(use);
      opened = [sender, receiver];
      await sender.send(["hello", "world"]);
      assert.deepEqual((await receiver.receive()).map(String), ["hello", "world"]);
    });
    assert.deepEqual(
      opened.map(({ closed }) => closed),
      [true, true],
    );
  },
);
