import assert from "node:assert/strict";
import { test } from "node:test";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { z } from "zod";
import { validated } from "../../src/agents/validated";
import { workOn } from "../../src/agents/work-on";
import { jsonCodec } from "../../src/messages/codecs/json";
import type { Payload } from "../../src/messages/payload";
import { createTaskMessage } from "../../src/messages/task-message";

const letter = z.object({
  to: z.string(),
  pages: z.array(z.number()),
  language: z.string().default("en"),
});
const post = validated(letter, ({ to, pages, language }) => `${to}, ${pages.length}, ${language}`);

const bench = { workerId: "1", codec: jsonCodec, maxFrameBytes: 5000, clock: () => 0 };
const resultOf = async (data: Payload, work = post) =>
  (await workOn({ ...bench, work }, createTaskMessage(data))).result;

test("data that fits is worked on, defaults filled in and unknown fields left out", async () => {
  assert.equal(await resultOf({ to: "Ada", pages: [1, 2] }), "Ada, 2, en");
  const data = { to: "Ada", pages: [], language: "fr", stamp: 3 };
  assert.equal(await resultOf(data), "Ada, 0, fr");
  const echo = validated(letter, (checked) => checked);
  assert.deepEqual(await resultOf(data, echo), { to: "Ada", pages: [], language: "fr" });
});

test("data that does not fit fails with each place by name", async () => {
  const { error } = (await resultOf({ to: 1, pages: [1, "two"] })) as {
    error: { name: string; message: string; retryable: boolean };
  };
  assert.equal(error.name, "ValidationError");
  assert.equal(error.retryable, false);
  assert.match(error.message, /^data\.to: .*string.*; data\.pages\[1\]: .*number/);
});

test("a schema that takes its time is waited for, whoever made it", async () => {
  const even: StandardSchemaV1<unknown, number> = {
    "~standard": {
      version: 1,
      vendor: "by hand",
      validate: async (value) =>
        (await Promise.resolve(Number(value) % 2 === 0))
          ? { value: Number(value) }
          : { issues: [{ message: "is odd", path: [{ key: "n" }] }] },
    },
  };
  const halve = validated(even, (value) => value / 2);
  assert.equal(await resultOf(8, halve), 4);
  assert.deepEqual(await resultOf(7, halve), {
    error: { name: "ValidationError", message: "data.n: is odd", retryable: false },
  });
});
