/** What each format makes of a message that is not quite the one that was sent. */
import { isDeepStrictEqual } from "node:util";
import { codecNames, codecOf, type CodecName } from "../../messages/codecs/named";
import { MAX_FRAME_BYTES, parseTask, type Wire } from "../../messages/frame";
import type { TaskMessage } from "../../messages/task-message";

/** What became of a message with one fault in it, at every place where the fault can be. */
export interface FaultCount {
  format: CodecName;
  /** Cut short, after every byte: how often that was refused. */
  "cut short: refused": string;
  /** One bit turned over, each in its turn. */
  "one bit turned: refused": number;
  /** It was read, as another message than the one that was sent. */
  "read as another message": number;
}

/** Damages a task in every place, in the formats that write it as one frame and differ. */
export function damageEverywhere(task: TaskMessage): FaultCount[] {
  const formats = codecNames.filter((name) => name !== "multipart"); // without binary data it is JSON
  return formats.map((format) => {
    const wire = { codec: codecOf(format), maxFrameBytes: MAX_FRAME_BYTES };
    const [frame] = wire.codec.encode(task);
    const cuts = everyCut(frame!).filter((cut) => fateOf(cut, task, wire) === "refused");
    const fates = everyTurnedBit(frame!).map((turned) => fateOf(turned, task, wire));
    return {
      format,
      "cut short: refused": `${cuts.length} of ${frame!.length}`,
      "one bit turned: refused": fates.filter((fate) => fate === "refused").length,
      "read as another message": fates.filter((fate) => fate === "changed").length,
    };
  });
}

function fateOf(frame: Buffer, task: TaskMessage, wire: Wire): "refused" | "changed" | "as sent" {
  const parsed = parseTask([frame], wire);
  if (!parsed.ok) return "refused";
  return isDeepStrictEqual(parsed.message, task) ? "as sent" : "changed";
}

function everyCut(frame: Buffer): Buffer[] {
  return Array.from(frame, (_, length) => frame.subarray(0, length));
}

function everyTurnedBit(frame: Buffer): Buffer[] {
  return Array.from({ length: frame.length * 8 }, (_, bit) => {
    const turned = Buffer.from(frame);
    turned[bit >> 3]! ^= 1 << (bit & 7);
    return turned;
  });
}

/** A task in JSON whose data is so many arrays, one in the other. */
export function deepTask(levels: number): Buffer {
  const data = "[".repeat(levels) + "]".repeat(levels);
  return Buffer.from(`{"task_id":"deep","data":${data},"timestamp":1}`);
}
