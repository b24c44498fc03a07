import assert from "node:assert/strict";
import { test } from "node:test";
import { findEntities } from "../../../src/engines/wink/entities";
import { loadReader } from "../../../src/engines/wink/reader";
import { NEWS } from "./texts";

const found = async (text: string) =>
  findEntities((await loadReader())(text)).map(({ text, type }) => `${type} ${text}`);

test("names, dates, amounts and addresses, in the order of the text", async () =>
  assert.deepEqual(await found(NEWS), [
    "NAME Berlin",
    "NAME Acme Robotics",
    "MONEY $12 million",
    "DATE March 2021",
    "NAME Sequoia Capital",
    "NAME Maria Lopez",
    "NAME Poland",
    "URL https://acme.example",
  ]));

test("names of programs are whole; a word is no name because it begins a sentence", async () =>
  assert.deepEqual(
    await found("Set WORKER_DONE. Task one is here: Half of it. The Lazy Pirate asks two."),
    ["NAME WORKER_DONE", "NAME Lazy Pirate"],
  ));

test("each once", async () =>
  assert.deepEqual(await found("We met Maria. We like Maria."), ["NAME Maria"]));
