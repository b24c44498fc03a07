/** Server and clients as processes: killed with -9, stopped, held up. */
import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import getPort from "get-port";
import { encodeKeyValue } from "../../../src/messages/clone/frames";
import { Program } from "../programs";
import { BareClient, startClient, until, type Addresses } from "./clone-rig";

const limit = { timeout: 480_000 };

async function freeAddresses(): Promise<Addresses> {
  const address = async () => `tcp://127.0.0.1:${await getPort()}`;
  return {
    snapshotAddr: await address(),
    updatesAddr: await address(),
    changesAddr: await address(),
  };
}

function environment({ snapshotAddr, updatesAddr, changesAddr }: Addresses) {
  return {
    CLONE_SNAPSHOT_ADDR: snapshotAddr,
    CLONE_UPDATES_ADDR: updatesAddr,
    CLONE_CHANGES_ADDR: changesAddr,
  };
}

/** A path for a journal, in a folder of the test's own. */
function journalOf(t: TestContext): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "clone processes-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, "board.jsonl");
}

test(
  "a server killed with -9 again and again loses nothing that was confirmed, and takes nothing twice",
  limit,
  async (t) => {
    const addresses = await freeAddresses();
    const journal = journalOf(t);
    const flags = ["--journal", journal, "--heartbeat-ms", "100"];
    const start = async () => {
      const server = new Program(t, "clone/server", flags, environment(addresses));
      await server.says("listening");
      return server;
    };
    let server = await start();
    const { map } = await startClient(t, addresses);
    const { map: reader } = await startClient(t, addresses);
    const writes: Promise<void>[] = [];
    for (let life = 0; life < 3; life++) {
      for (let n = 0; n < 200; n++) writes.push(map.set(`/${life}/${n}`, n));
      await writes.at(-150); // in the middle of it
      server.child.kill("SIGKILL");
      await server.exit();
      server = await start();
    }
    await Promise.all(writes);
    for (const one of [map, reader]) await until(one, () => one.size === 600 && one.isCurrent);
    assert.deepEqual(reader.entries(), map.entries());
    assert.equal(map.sequence, 600, "each was taken once");
  },
);

test(
  "who cannot read while thousands of updates pass ends with the state all the same",
  limit,
  async (t) => {
    const addresses = await freeAddresses();
    const journal = journalOf(t);
    const flags = ["--journal", journal, "--high-water-mark", "5", "--heartbeat-ms", "100"];
    const server = new Program(t, "clone/server", flags, environment(addresses));
    await server.says("listening");
    const { map, witness } = await startClient(t, addresses, { highWaterMark: 5 });
    const writer = new BareClient(t, addresses, "/nothing/");
    await writer.heard();
    const value = Buffer.from(JSON.stringify("x".repeat(20_000)));
    server.child.kill("SIGSTOP");
    for (let n = 0; n < 2000; n++)
      await writer.changes.send(encodeKeyValue({ key: `/a/${n % 10}`, value }));
    await writer.changes.send(encodeKeyValue({ key: "/last", value: Buffer.from("1") }));
    server.child.kill("SIGCONT");
    // The event loop stands still until the server has published all of it: 40 MB, for queues of 5 messages.
    while (statSync(journal).size < 2000 * value.length || !/"\/last"/.test(tail(journal)));
    await until(map, () => map.get("/last") === 1 && map.isCurrent);
    assert.ok(witness.all("synchronised").length > 1, "what it had lost came in a snapshot");
    assert.equal(map.size, 11);
    assert.equal(map.sequence, 2001);
  },
);

/** The end of a file. */
function tail(name: string): string {
  const file = openSync(name, "r");
  const bytes = Buffer.alloc(200);
  readSync(file, bytes, 0, bytes.length, Math.max(0, statSync(name).size - bytes.length));
  closeSync(file);
  return bytes.toString();
}

test("the programs: one sets, another prints what changes, Ctrl-C ends both", limit, async (t) => {
  const env = environment(await freeAddresses());
  const server = new Program(t, "clone/server", [], env);
  const reader = new Program(t, "clone/client", ["--subtree", "/agents/", "--name", "reader"], env);
  await reader.says("synchronised at update 0: 0 entries");
  const entries = ["/agents/a=1", "/agents/b=some text", "/other=true", "/agents/a="];
  const writer = new Program(t, "clone/client", ["--set", ...entries], env);
  assert.equal(await writer.exit(), 0);
  assert.match(writer.stdout, /\[Clone-1\] complete: .* 4 confirmed, 0 not/);
  await reader.says("update 4: /agents/a deleted");
  assert.match(reader.stdout, /\[Clone-reader\] update 1: \/agents\/a set/);
  assert.doesNotMatch(reader.stdout, /other/);
  const short = new Program(t, "clone/client", ["--set", "/agents/c=1", "--ttl-ms", "50"], env);
  assert.equal(await short.exit(), 0);
  await reader.says("update 6: /agents/c deleted");
  for (const program of [reader, server]) {
    program.child.kill("SIGINT");
    assert.equal(await program.exit(), 0);
    assert.match(program.stdout, /stopped: \d/);
  }
});

test("wrong flags are told in a line", limit, async (t) => {
  const client = new Program(t, "clone/client", ["--set", "nothing"]);
  assert.equal(await client.exit(), 1);
  assert.match(client.stderr, /clone-client: Cannot use set as it must be like \/agents\/a=1/);
  const server = new Program(t, "clone/server", ["--max-entries", "0"]);
  assert.equal(await server.exit(), 1);
  assert.match(server.stderr, /clone-server: Cannot use maxEntries/);
});
