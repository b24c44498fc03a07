import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { Journal } from "../../../../src/agents/clone/server/journal";

/** A path in a folder of the test's own. */
function newPath(t: TestContext): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "journal of a board-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, "board.jsonl");
}

const value = (text: string) => Buffer.from(text);
const gone = Buffer.alloc(0);

/** Writes a journal of a few updates. */
function writeSome(file: string): void {
  const journal = Journal.open(file);
  journal.update({ key: "/a", value: value("1.0"), sequence: 1 }, { writer: "w", number: 1 });
  journal.update({ key: "/b", value: value('"ä\\n"'), sequence: 2, expiresAt: 5 });
  journal.update({ key: "/c", value: value("12345678901234567890"), sequence: 3 });
  journal.update({ key: "/b", value: gone, sequence: 4 }, { writer: "w", number: 2 });
  journal.refusal("w", 3, "it is full");
  journal.close();
}

/** What a journal remembers, without Maps and Buffers. */
function read(file: string) {
  const journal = Journal.open(file);
  journal.close();
  const { sequence, entries, writers, torn } = journal.memory;
  const texts = Object.fromEntries([...entries].map(([key, entry]) => [key, String(entry.value)]));
  return { sequence, texts, writers: Object.fromEntries(writers), torn };
}

const afterSome = {
  sequence: 4,
  texts: { "/a": "1.0", "/c": "12345678901234567890" }, // to the letter
  writers: { w: { last: 3, refused: new Map([[3, "it is full"]]) } },
  torn: 0,
};

test("what was written is remembered, to the letter", (t) => {
  const file = newPath(t);
  writeSome(file);
  assert.deepEqual(read(file), afterSome);
});

test("it is remembered again and again, though each time the file is written anew", (t) => {
  const file = newPath(t);
  writeSome(file);
  read(file);
  const size = readFileSync(file).length;
  assert.deepEqual(read(file), afterSome);
  assert.equal(readFileSync(file).length, size);
});

test("writing anew leaves out what is past", (t) => {
  const file = newPath(t);
  const journal = Journal.open(file);
  for (let n = 1; n <= 1000; n++)
    journal.update({ key: "/a", value: value(String(n)), sequence: n });
  journal.close();
  const before = readFileSync(file).length;
  assert.deepEqual(read(file).texts, { "/a": "1000" });
  assert.ok(readFileSync(file).length < before / 100);
});

test("at whatever byte a kill -9 tears the last line, all before it is remembered", (t) => {
  const file = newPath(t);
  writeSome(file);
  const whole = readFileSync(file);
  const lastLine = whole.lastIndexOf("\n", whole.length - 2) + 1;
  for (let end = lastLine + 1; end < whole.length; end++) {
    writeFileSync(file, whole.subarray(0, end));
    const { torn, sequence, texts, writers } = read(file);
    assert.equal(torn, end - lastLine);
    assert.deepEqual({ sequence, texts }, { sequence: 4, texts: afterSome.texts });
    assert.equal(writers["w"]!.last, 2);
  }
});

test("a line that is torn in the middle of a character is dropped as well", (t) => {
  const file = newPath(t);
  writeSome(file);
  appendFileSync(file, Buffer.concat([Buffer.from('{"key":"'), Buffer.of(0xc3)]));
  assert.equal(read(file).sequence, 4);
});

test("an empty file is an empty journal", (t) => {
  const file = newPath(t);
  writeFileSync(file, "");
  assert.equal(read(file).sequence, 0);
});

const damages: [what: string, damage: (text: string) => string | Buffer, words: RegExp][] = [
  ["a line that is no JSON", (text) => text.replace('{"sequence":2', "{sequence:2"), /line 3 .*no JSON object/], // prettier-ignore
  ["a line that is gone", (text) => text.replace('"sequence":4', '"sequence":2'), /line 5 .*update 2 comes after update 3/], // prettier-ignore
  ["a value that is no JSON", (text) => text.replace('"1.0"', '"1.0.0"'), /line 2 .*value: is no JSON/], // prettier-ignore
  ["a key that is none", (text) => text.replace('"/a"', '"a"'), /line 2 .*key: is no key/],
  ["a field too much", (text) => text.replace('"key":"/a"', '"key":"/a","x":1'), /line 2 .*x/],
  ["another file", () => "hello\nworld\n", /line 1 .*no header/],
  ["another file without an end", () => "hello", /line 1 .*no header/],
  ["bytes that are no text", (text) => Buffer.from(text.replace("ä", "\xff"), "latin1"), /not UTF-8/], // prettier-ignore
];

for (const [what, damage, words] of damages)
  test(`${what} is an error that says where, and the file stays as it is`, (t) => {
    const file = newPath(t);
    const journal = Journal.open(file);
    journal.close();
    writeFileSync(file, '{"clone":1,"sequence":0}\n');
    writeLines(file);
    const damaged = Buffer.from(damage(readFileSync(file, "utf8")));
    writeFileSync(file, damaged);
    assert.throws(() => Journal.open(file), words);
    assert.deepEqual(readFileSync(file), damaged);
  });

function writeLines(file: string): void {
  const lines = [
    { sequence: 1, key: "/a", value: "1.0" },
    { sequence: 2, key: "/b", value: '"ä"' },
    { sequence: 3, key: "/c", value: "3" },
    { sequence: 4, key: "/b", value: null },
  ];
  for (const line of lines) appendFileSync(file, `${JSON.stringify(line)}\n`);
}

test("a file that cannot be read or written is an error that names it", (t) => {
  const file = newPath(t);
  mkdirSync(file);
  assert.throws(() => Journal.open(file), /Cannot read the journal .*board\.jsonl: EISDIR/);
  const nowhere = path.join(file, "no such folder", "board.jsonl");
  assert.throws(() => Journal.open(nowhere), /Cannot write the journal .*ENOENT/);
  assert.equal(existsSync(nowhere), false);
});

test(
  "where there is room for a part of a line only, that line is no promise",
  { skip: process.platform === "win32" },
  (t) => {
    const file = newPath(t);
    const source = path.join(__dirname, "../../../../src/agents/clone/server/journal");
    const write = `
      const journal = require(${JSON.stringify(source)}).Journal.open(${JSON.stringify(file)});
      const value = Buffer.from(JSON.stringify("x".repeat(3000)));
      for (let sequence = 1; ; sequence++) {
        try { journal.update({ key: "/" + sequence, value, sequence }); }
        catch (error) { console.log(sequence - 1, error.message); break; }
      }`;
    const node = [process.execPath, "--require", "ts-node/register/transpile-only", "-e", write];
    const limited = ["-c", 'ulimit -f 40 && exec "$@"', "bash", ...node]; // blocks of 1 KiB
    const env = { ...process.env, DISABLE_V8_COMPILE_CACHE: "1" }; // a file of ts-node that is too large
    const { stdout, stderr } = spawnSync("bash", limited, { encoding: "utf8", env });
    const [, promised, words] = /^(\d+) (.*)/.exec(stdout) ?? assert.fail(stderr);
    assert.match(words!, /Cannot write the journal .*EFBIG/);
    assert.equal(read(file).sequence, Number(promised));
  },
);
