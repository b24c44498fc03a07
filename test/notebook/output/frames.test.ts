import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeWorkerCommand, type WorkerCommand } from "../../../src/messages/majordomo";
import { frameRows, heardRows, showFrames, showHeard } from "../../../src/notebook/output/frames";
import { pretendToBeKernel } from "./fake-kernel";

const from = (command: WorkerCommand) => [
  Buffer.from("Worker-1-0badcafe"),
  ...encodeWorkerCommand("0.2", command),
];
const ready = from({ type: "ready", service: "work" });
const answer = { client: Buffer.of(0, 7), body: [Buffer.from("{}")] };

test("each frame of a message is told with what it is for", { timeout: 240_000 }, () => {
  const rows = (command: WorkerCommand) =>
    frameRows(from(command)).map((row) => [row.content, row["what it is"]]);
  assert.deepEqual(rows({ type: "ready", service: "work" }), [
    ["Worker-1-0badcafe", "identity: ROUTER puts it there"],
    ["MDPW02", "header: a worker, MDP 0.2"],
    ["0x01", "command: READY"],
    ["work", "service"],
  ]);
  assert.deepEqual(rows({ type: "final", ...answer }).slice(3), [
    ["0x0007", "client"],
    ["0x", "empty"],
    ["{}", "body"],
  ]);
});

test("messages are told a line each; nonsense says why", { timeout: 240_000 }, () => {
  const nonsense = [Buffer.from("somebody"), Buffer.from("MDPW02"), Buffer.of(9)];
  assert.deepEqual(
    heardRows([
      { atMs: 0, frames: ready },
      { atMs: 300.4, frames: nonsense },
    ]),
    [
      { after: "0 ms", who: "Worker-1-0badcafe", says: "READY" },
      {
        after: "300 ms",
        who: "somebody",
        says: "nonsense: 0x09 is no command of a worker's dialogue",
      },
    ],
  );
});

test("both are shown as tables", { timeout: 240_000 }, (t) => {
  const written = pretendToBeKernel(t);
  showFrames(ready);
  showHeard([{ atMs: 0, frames: ready }]);
  assert.match(written[0]?.data["text/markdown"] ?? "", /\| 3 \| 1 \| 0x01 \| command: READY \|/);
  assert.match(written[1]?.data["text/markdown"] ?? "", /\| 0 ms \| Worker-1-0badcafe \| READY \|/);
});
