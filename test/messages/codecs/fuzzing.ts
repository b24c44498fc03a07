/** Damaged and invented frames for the decoders, the same ones for the same seed, and a look at what became of them. */
import assert from "node:assert/strict";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { AgentMessage } from "../../../src/messages/codec";
import type { Payload } from "../../../src/messages/payload";
import { checkResult, checkTask } from "../../../src/messages/schema";
import { allClaims, asArrived, findUnclaimed, type Claims } from "./claims";

/** How a decoder took the frames. */
export interface FuzzReport {
  frames: number;
  accepted: number;
  /** How often it gave each code of a refusal. */
  refused: Record<string, number>;
  slowestMs: number;
}

/** Gives a decoder that many frames. @throws AssertionError at the first that it should not have accepted. */
export function fuzz(claims: Claims, frames: number, seed: number): FuzzReport {
  const dice = new Dice(seed);
  const valid = validFrames(claims);
  const report: FuzzReport = { frames, accepted: 0, refused: {}, slowestMs: 0 };
  for (let n = 0; n < frames; n++) {
    const frame = inventFrames(dice, valid);
    const copy = frame.map((part) => Buffer.from(part));
    try {
      const startedAt = performance.now();
      const outcome = receive(claims, frame);
      report.slowestMs = Math.max(report.slowestMs, performance.now() - startedAt);
      assert.deepEqual(frame, copy, "the decoder changed the frame");
      if (outcome === "accepted") report.accepted++;
      else report.refused[outcome] = (report.refused[outcome] ?? 0) + 1;
    } catch (error) {
      const hex = copy.map((part) => part.toString("hex").slice(0, 2000));
      throw new Error(`seed ${seed}, frame ${n}: ${hex.join(" | ")}`, { cause: error });
    }
  }
  return report;
}

/** Decodes as an agent does; what is accepted must be what the codec claims, and survive another journey. */
function receive(claims: Claims, frames: Buffer[]): string {
  const { codec } = claims;
  const decoded = codec.decode(frames);
  if (!decoded.ok) {
    assert.ok(decoded.reason.length > 0 && decoded.reason.length < 400, decoded.reason);
    return decoded.code;
  }
  const [task, result] = [checkTask(decoded.message), checkResult(decoded.message)];
  for (const parsed of [task, result]) if (parsed.ok) checkAccepted(claims, parsed.message);
  return task.ok || result.ok ? "accepted" : "wrong-shape";
}

function checkAccepted(claims: Claims, message: AgentMessage): void {
  const { task_id: taskId, timestamp = 0, ...rest } = message as unknown as Record<string, unknown>;
  assert.ok(typeof taskId === "string" && taskId.length > 0 && taskId.length <= 200);
  assert.ok(typeof timestamp === "number" && Number.isFinite(timestamp));
  for (const name of Object.keys(rest)) assert.match(name, /^(data|result_data|worker_id)$/);
  assert.equal(findUnclaimed(message, claims), undefined);
  const again = claims.codec.decode(claims.codec.encode(message));
  assert.deepEqual(again, { ok: true, message: asArrived(message, claims) });
}

/** Frames that are in order: of this codec, and of the others, who may be taken for it. */
function validFrames(claims: Claims): Buffer[][] {
  const data = (c: Claims): Payload => ({
    texts: ["", "ä😀", "x".repeat(40), "\ufeffmark"],
    numbers: [0, 1, -1, 0.5, 300, 70_000, 2 ** 40, -(2 ** 40), 1e300],
    mixed: [true, false, null, [], {}, [[[]]], { a: { b: { c: 1 } } }],
    ...(c.binary ? { bytes: [new Uint8Array([1, 2, 3]), new Uint8Array(300)] } : {}),
  });
  const framesOf = (c: Claims) => {
    const messages: AgentMessage[] = [
      { task_id: "t", data: data(c), timestamp: 1764000000.5 },
      { task_id: "t", data: [1.5, 2, 3], timestamp: 1 },
      { task_id: "t", data: null, timestamp: 0 },
      { task_id: "END_OF_TASKS", data: null },
      { task_id: "t", result_data: data(c), worker_id: "1", timestamp: 2 },
      { task_id: "t", result_data: "done", worker_id: "ä", timestamp: 2 },
      { task_id: "WORKER_DONE", worker_id: "1" },
    ];
    return messages.map((message) => c.codec.encode(message));
  };
  const others = allClaims.filter(({ codec }) => codec !== claims.codec);
  const own = framesOf(claims);
  return [...own, ...own, ...own, ...others.flatMap((other) => framesOf(other).slice(0, 2))];
}

/** Bytes that mean something in one format or another. */
const meaningful = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xff].concat(
  Array.from({ length: 32 }, (_, n) => 0xc0 + n),
  [0x0a, 0x12, 0x1a, 0x22, 0x2a, 0x32, 0x3a, 0x42, 0x7b, 0x5b, 0x22, 0x2c, 0x3a, 0x5c],
);

/** Lengths that are far too large, in the words of each format. */
const hugeLengths = [
  ...["ddffffffff", "dfffffffff", "dbffffffff", "c6ffffffff", "c9ffffffff", "dd00ffffff", "dcffff"],
  ...["0affffffff0f", "0affffffff07", "32ffffffff7f", "42ffffffffffffffffff01", "3a80808080808001"],
].map((hex) => Buffer.from(hex, "hex"));

const pieces = ['{"$frame":1}', '"__proto__"', "1e999", "\\ud800", "END_OF_TASKS", "null"].map(
  (text) => Buffer.from(text),
);

function inventFrames(dice: Dice, valid: Buffer[][]): Buffer[] {
  if (dice.oneIn(20)) return [dice.bytes(dice.below(200))];
  if (dice.oneIn(200)) return [deepNest(dice)];
  const frames = [...dice.pick(valid)];
  for (let changes = dice.below(5); changes > 0; changes--) {
    const index = dice.below(frames.length);
    frames[index] = mutate(dice, frames[index]!, valid);
  }
  if (dice.oneIn(20)) frames.splice(dice.below(frames.length + 1), dice.below(2), dice.bytes(3));
  return frames;
}

function mutate(dice: Dice, frame: Buffer, valid: Buffer[][]): Buffer {
  const at = dice.below(frame.length + 1);
  const [head, tail] = [frame.subarray(0, at), frame.subarray(at)];
  switch (dice.below(9)) {
    case 0: // one bit
      return edited(frame, (bytes) => (bytes[at % bytes.length]! ^= 1 << dice.below(8)));
    case 1: // one byte
      return edited(frame, (bytes) => (bytes[at % bytes.length] = dice.pick(meaningful)));
    case 2: // cut at the end
      return head;
    case 3: // cut in the middle
      return Buffer.concat([head, tail.subarray(dice.below(8))]);
    case 4: // something in between
      return Buffer.concat([head, dice.bytes(1 + dice.below(6)), tail]);
    case 5:
      return Buffer.concat([head, dice.pick(pieces), tail]);
    case 6: // a length that is a lie
      return Buffer.concat([head, dice.pick(hugeLengths), tail]);
    case 7: // half of another frame
      return Buffer.concat([head, dice.pick(valid)[0]!.subarray(at)]);
    default: // something twice
      return Buffer.concat([head, frame.subarray(Math.max(0, at - dice.below(30)))]);
  }
}

function edited(frame: Buffer, edit: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(frame);
  if (bytes.length > 0) edit(bytes);
  return bytes;
}

/** Arrays, maps, lists or groups in one another, far deeper than anybody may go. */
function deepNest(dice: Dice): Buffer {
  const opening = ["[", '{"a":', "\x91", "\x81\xa1a", "\xdd\x00\x00\x00\x01", "\x7b", "\x0b"];
  const unit = Buffer.from(dice.pick(opening), "latin1");
  return Buffer.concat(Array.from({ length: 90 + dice.below(2000) }, () => unit));
}

/** Random numbers from a seed. */
class Dice {
  private readonly generator;

  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed);
  }

  below(limit: number): number {
    return limit < 2 ? 0 : uniformInt(this.generator, 0, limit - 1);
  }

  oneIn(chances: number): boolean {
    return this.below(chances) === 0;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
