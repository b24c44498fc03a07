/** A picture as a task's data, in every way that it can travel. */
import type { AgentMessage, Codec } from "../../messages/codec";
import { codecOf, type CodecName } from "../../messages/codecs/named";
import type { Payload } from "../../messages/payload";
import { sendOneTask } from "./one-task";

/** How a picture travelled. */
export interface Journey {
  "travels as": string;
  frames: number;
  bytes: number;
  /** What the message takes besides the picture, in hundredths of the picture. */
  "more than the picture": string;
  "at the worker": "the same bytes" | "something else";
}

interface Way {
  codec: CodecName;
  write: (picture: Uint8Array) => Payload;
  read: (data: Payload) => Uint8Array;
}

const asIs = {
  write: (picture: Uint8Array) => picture,
  read: (data: Payload) => data as Uint8Array,
};

const ways: Record<string, Way> = {
  "base64 text in JSON": {
    codec: "json",
    write: (picture) => Buffer.from(picture).toString("base64"),
    read: (data) => Buffer.from(data as string, "base64"),
  },
  "a frame of its own, beside JSON": { codec: "multipart", ...asIs },
  "bytes in MessagePack": { codec: "msgpack", ...asIs },
  "bytes in Protobuf": { codec: "protobuf", ...asIs },
};

/** Sends a picture through a pipeline in every format, and compares what the worker got. */
export async function sendPicture(picture: Uint8Array, signal?: AbortSignal): Promise<Journey[]> {
  const journeys: Journey[] = [];
  for (const [name, way] of Object.entries(ways)) {
    const sent: Buffer[][] = [];
    const codec = overheard(codecOf(way.codec), (message, frames) => {
      if ("data" in message && message.data !== null) sent.push(frames);
    });
    const work = (data: Payload) => {
      const { file } = data as { file: Payload };
      return Buffer.from(picture).equals(way.read(file)) ? "the same bytes" : "something else";
    };
    const data = { name: "bars.png", file: way.write(picture) };
    const answer = await sendOneTask(data, { codec, work, signal });
    journeys.push(journey(name, sent[0]!, picture, answer as Journey["at the worker"]));
  }
  return journeys;
}

/** The same codec, but somebody hears what it writes. */
function overheard(codec: Codec, hear: (message: AgentMessage, frames: Buffer[]) => void): Codec {
  const encode = (message: AgentMessage) => {
    const frames = codec.encode(message);
    hear(message, frames);
    return frames;
  };
  return { ...codec, encode };
}

function journey(
  name: string,
  frames: Buffer[],
  picture: Uint8Array,
  answer: Journey["at the worker"],
): Journey {
  const bytes = frames.reduce((sum, { length }) => sum + length, 0);
  const more = (bytes / picture.length - 1) * 100;
  return {
    "travels as": name,
    frames: frames.length,
    bytes,
    "more than the picture": `${more.toFixed(1)} %`,
    "at the worker": answer,
  };
}
