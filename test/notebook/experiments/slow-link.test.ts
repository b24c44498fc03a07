import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { runPoolOverSlowLink, SlowLink } from "../../../src/notebook/experiments/slow-link";

test(
  "a link carries every byte in order, there and back, each after its time",
  { timeout: 240_000 },
  async (t) => {
    const echo = createServer((socket) => socket.pipe(socket).on("error", () => {}));
    await once(echo.listen(0, "127.0.0.1"), "listening");
    t.after(() => echo.close());
    const link = await SlowLink.to(`tcp://127.0.0.1:${(echo.address() as AddressInfo).port}`, 30);
    t.after(() => link.close());

    const socket = connect(Number(new URL(link.address).port), "127.0.0.1");
    const sentAt = performance.now();
    const words = Array.from({ length: 200 }, (_, n) => `word ${n};`);
    for (const word of words) socket.write(word);
    socket.end();
    let heard = "";
    for await (const piece of socket) heard += String(piece);
    assert.equal(heard, words.join(""));
    assert.ok(performance.now() - sentAt >= 55, "30 ms each way");
  },
);

test("a closed link leaves nobody connected", { timeout: 240_000 }, async (t) => {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  const link = await SlowLink.to(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, 5);
  const far = once(server, "connection");
  const near = connect(Number(new URL(link.address).port), "127.0.0.1").on("error", () => {});
  const [socket] = (await far) as [import("node:net").Socket];
  const ends = [once(near, "close"), once(socket.resume(), "close")];
  await link.close();
  await Promise.all(ends);
});

test("a pool works over it", { timeout: 240_000 }, async () => {
  const options = { brokerAddr: "tcp://127.0.0.1:*", tasks: 6, workMs: [1, 1], prefetch: 2 };
  const { outcome, results } = await runPoolOverSlowLink(5, options);
  assert.equal(outcome, "complete");
  assert.equal(results.length, 6);
});
