import assert from "node:assert/strict";
import { test } from "node:test";
import { drawConversation } from "../../../src/notebook/pictures/conversation";
import type { RecordedMessage } from "../../../src/notebook/pictures/sequence-data";
import { assertCrispPng } from "./png";

const options = { timeout: 240_000 };

const messages: RecordedMessage[] = [
  { from: "Bob", to: ["Server"], label: "ICANHAZ? all", sort: "worker", at: 1000 },
  { from: "Server", to: ["Bob"], label: "KTHXBAI: up to 2", sort: "broker", at: 1010 },
  { from: "Server", to: [], label: "KVPUB 3 is lost", sort: "failed", at: 1020 },
];

test("draws what was said, and names who spoke, the server first", options, async () => {
  const picture = await drawConversation(messages, { title: "Bob joins" });
  assertCrispPng(picture);
  assert.equal(picture.text, "Sequence diagram. Bob joins: the messages between Server, Bob.");
});

test("a long one is cut", options, async () => {
  const many = Array.from({ length: 50 }, () => messages[0]!);
  const [short, long] = [await drawConversation(many, { limit: 2 }), await drawConversation(many)];
  assert.ok(short.height < long.height / 2);
});

test("silence cannot be drawn", options, async () => {
  await assert.rejects(drawConversation([]), /nothing was said/);
});
