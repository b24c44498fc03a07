import assert from "node:assert/strict";
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { Context, Pull } from "zeromq";
import { closeSocket } from "../../../src/notebook/lab/close-socket";
import { lab } from "../../../src/notebook/lab/lab";
import { Interrupted } from "../../../src/notebook/lab/room";

const untilAborted = async (signal: AbortSignal) => {
  if (!signal.aborted) await once(signal, "abort");
};

/** Takes the place of whoever listens to SIGINT, as the kernel would; counts the interrupts it gets. */
function kernelHandler(t: TestContext) {
  const others = process.rawListeners("SIGINT") as NodeJS.SignalsListener[];
  const handler = t.mock.fn();
  process.removeAllListeners("SIGINT").on("SIGINT", handler);
  t.after(() => {
    process.removeAllListeners("SIGINT");
    others.forEach((other) => process.on("SIGINT", other));
  });
  return handler;
}

const interrupt = () => process.emit("SIGINT", "SIGINT");

test("returns the body's value and closes the last thing first", { timeout: 240_000 }, async () => {
  const closed: string[] = [];
  const value = await lab("order", ({ signal, use }) => {
    signal.addEventListener("abort", () => closed.push("signal"));
    use({ close: () => closed.push("first") });
    use(async () => {
      await setImmediate();
      closed.push("second");
    });
    return Promise.resolve(42);
  });
  assert.equal(value, 42);
  assert.deepEqual(closed, ["signal", "second", "first"]);
});

test(
  "a body that throws leaves nothing behind, and its agents have ended",
  { timeout: 240_000 },
  async () => {
    let ended = false;
    const agent = async (signal: AbortSignal) => {
      await untilAborted(signal);
      await setImmediate();
      ended = true;
    };
    const run = lab("throws", ({ signal, use }) => {
      void use(agent(signal));
      return Promise.reject(new Error("the reader's mistake"));
    });
    await assert.rejects(run, { message: "the reader's mistake" });
    assert.ok(ended);
  },
);

test(
  "running it again first closes the earlier run, whose port is free then",
  { timeout: 240_000 },
  async () => {
    const context = new Context();
    const reserve = new Pull({ context });
    await reserve.bind("tcp://127.0.0.1:*");
    const address = reserve.lastEndpoint!;
    await closeSocket(reserve);
    for (let round = 0; round < 20; round++) {
      let isBound!: () => void;
      const binding = new Promise<void>((resolve) => (isBound = resolve));
      const earlier = lab("port", async ({ signal, use }) => {
        await use(new Pull({ context })).bind(address);
        isBound();
        await untilAborted(signal);
        return "closed by the next run";
      });
      await binding;
      const next = lab("port", async ({ use }) => {
        await use(new Pull({ context })).bind(address);
        return "bound again";
      });
      assert.equal(await next, "bound again");
      assert.equal(await earlier, "closed by the next run");
    }
  },
);

test(
  "an interrupt closes all, then says so, then is the kernel's",
  { timeout: 240_000 },
  async (t) => {
    const kernel = kernelHandler(t);
    let closed = false;
    const run = lab("interrupt me", async ({ signal, use }) => {
      use(() => {
        closed = true;
        assert.equal(kernel.mock.callCount(), 0);
      });
      setTimeout(interrupt);
      await untilAborted(signal);
      return "a summary nobody wants now";
    });
    await assert.rejects(
      run,
      new Interrupted('"interrupt me" was interrupted; all it had opened is closed.'),
    );
    assert.ok(closed);
    await setImmediate();
    await setImmediate();
    await setImmediate();
    assert.equal(kernel.mock.callCount(), 1);
    assert.deepEqual(process.listeners("SIGINT"), [kernel], "the kernel has its handler back");
  },
);

test(
  "an interrupt reaches every open lab, also when the body answers it with an error",
  { timeout: 240_000 },
  async (t) => {
    kernelHandler(t);
    const runs = ["one", "two"].map((name) =>
      lab(name, async ({ signal }) => {
        if (name === "two") setTimeout(interrupt);
        await untilAborted(signal);
        throw new Error("aborted");
      }),
    );
    const endings = await Promise.allSettled(runs);
    assert.deepEqual(
      endings.map((ending) => ending.status === "rejected" && (ending.reason as Error).message),
      [
        '"one" was interrupted; all it had opened is closed.',
        '"two" was interrupted; all it had opened is closed.',
      ],
    );
  },
);

test(
  "what ignores the signal is named in the word about the interrupt",
  { timeout: 240_000 },
  async (t) => {
    kernelHandler(t);
    const run = lab("deaf", ({ use }) => {
      t.mock.timers.enable({ apis: ["setTimeout"] });
      use(() => void process.nextTick(() => t.mock.timers.tick(3000)));
      process.nextTick(interrupt);
      return new Promise(() => {});
    });
    await assert.rejects(
      run,
      /"deaf" was interrupted; part of it does not stop, so restart the kernel/,
    );
  },
);

test(
  "what does not close is an error, and the rest is closed all the same",
  { timeout: 240_000 },
  async () => {
    let closed = false;
    const run = lab("jammed", ({ use }) => {
      use(() => (closed = true));
      use(() => Promise.reject(new Error("jammed door")));
      return Promise.resolve();
    });
    await assert.rejects(run, { message: "jammed door" });
    assert.ok(closed);
  },
);
