import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { Cable } from "../../../src/orchestration/chaos/cable";

/** A server that says everything back, and a cable to it. */
async function layCable(t: TestContext) {
  const server = createServer((socket) => socket.on("error", () => {}).pipe(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const cable = await Cable.to(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
  t.after(() => cable.close());
  t.after(() => server.close());
  const call = () => {
    const { hostname: host, port } = new URL(cable.address);
    const socket = connect(Number(port), host).on("error", () => {});
    t.after(() => socket.destroy());
    return socket;
  };
  return { cable, call };
}

test("a cable carries both ways", { timeout: 240_000 }, async (t) => {
  const { call } = await layCable(t);
  const socket = call();
  socket.write("hello");
  const [echo] = (await once(socket, "data")) as [Buffer];
  assert.equal(String(echo), "hello");
});

test(
  "a cut cable says nothing; mended, it hangs up, and carries again",
  { timeout: 240_000 },
  async (t) => {
    const { cable, call } = await layCable(t);
    const socket = call();
    socket.write("before");
    await once(socket, "data");
    cable.cut();
    let heard = 0;
    socket.on("data", () => heard++);
    socket.write("lost");
    const later = call(); // who comes while it is cut is let in and hears nothing either
    await once(later, "connect");
    const closed = Promise.all([once(socket, "close"), once(later, "close")]);
    assert.equal(socket.destroyed, false);
    cable.mend();
    await closed;
    assert.equal(heard, 0);
    const again = call();
    again.write("after");
    const [echo] = (await once(again, "data")) as [Buffer];
    assert.equal(String(echo), "after");
  },
);
