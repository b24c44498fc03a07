/** The verdict must be able to fail: each kind of damage to what a good run leaves behind is found. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonValue } from "../../../src/messages/json-value";
import type { CloneChaosPlan } from "../../../src/orchestration/clone-chaos/plan";
import { judge, type CloneChaosTraces } from "../../../src/orchestration/clone-chaos/verdict";

const value = (writer: number, number: number) => ({ writer, number, ballast: "" });
const plan: CloneChaosPlan = {
  seed: 1,
  writers: [
    [
      { key: "/own/1/1", value: value(1, 1) },
      { key: "/common/1", value: value(1, 2) },
      { key: "/own/1/1" },
    ],
    [
      { key: "/own/2/1", value: value(2, 1) },
      { key: "/common/1", value: value(2, 2) },
      { key: "/mortal/1", value: value(2, 3), ttlMs: 10 },
    ],
  ],
  subtrees: ["/common/"],
  faults: [],
};

const lines = [
  { clone: 1, sequence: 0 },
  { sequence: 1, key: "/own/1/1", writer: "a", number: 1 },
  { sequence: 2, key: "/own/2/1", writer: "b", number: 1 },
  { sequence: 3, key: "/common/1", writer: "b", number: 2 },
  { sequence: 4, key: "/common/1", writer: "a", number: 2 },
  { sequence: 5, key: "/mortal/1", writer: "b", number: 3 },
];
const later = [
  { clone: 1, sequence: 5 },
  { writer: "a", number: 2 },
  { sequence: 2, key: "/own/2/1" }, // what a later life repeats
  { sequence: 6, key: "/mortal/1" },
  { sequence: 7, key: "/own/1/1", writer: "a", number: 3 },
  { sequence: 8, key: "/over", writer: "director", number: 1 },
];

const write = (records: object[]) =>
  records.map((record) => `${JSON.stringify(record)}\n`).join("");

function traces(): CloneChaosTraces {
  const state: [string, JsonValue][] = [
    ["/common/1", { ...value(1, 2) }],
    ["/over", true],
    ["/own/2/1", { ...value(2, 1) }],
  ];
  return {
    journals: [`${write(lines)}{"sequence":99,"key":"/torn`, write(later)],
    server: state,
    survivors: [
      { name: "writer 1", subtree: "", state: [...state] },
      { name: "subscriber 1", subtree: "/common/", state: [state[0]!] },
    ],
    confirmed: [3, 3],
  };
}

test("nothing is wrong with a good run", () => assert.deepEqual(judge(plan, traces()), []));

const damages: [what: string, damage: (traces: CloneChaosTraces) => void, words: RegExp][] = [
  ["a survivor lacks an entry", (t) => t.survivors[0]!.state.pop(), /writer 1 has nothing at \/own\/2\/1/], // prettier-ignore
  ["a survivor has an old value", (t) => (t.survivors[1]!.state = [["/common/1", { ...value(2, 2) }]]), /subscriber 1 has .*"writer":2.* in place of .*"writer":1/], // prettier-ignore
  ["a survivor has what is gone", (t) => t.survivors[0]!.state.push(["/own/1/1", 1]), /writer 1 has \/own\/1\/1, which is gone/], // prettier-ignore
  ["the server forgot", (t) => (t.server = []), /the server has nothing at \/common\/1/],
  ["a writer did not hear", (t) => (t.confirmed = [3, 2]), /writer 2 saw 2 of 3 changes confirmed/],
  ["an update is lost", (t) => (t.journals[0] = write(lines.slice(0, -1))), /2 of 3 changes of writer 2/], // prettier-ignore
  ["a change took place twice", (t) => (t.journals[1] += write([{ sequence: 9, key: "/own/1/1", writer: "a", number: 3 }])), /update 9 is change 3 of writer 1, not 4/], // prettier-ignore
  ["two changes came in another order", (t) => (t.journals[0] = write([lines[0]!, { ...lines[4]!, sequence: 1 }, lines[2]!, lines[3]!, { ...lines[1]!, sequence: 4 }, lines[5]!])), /is change 2 of writer 1, not 1/], // prettier-ignore
  ["a stranger wrote", (t) => (t.journals[1] += write([{ sequence: 9, key: "/x", writer: "?", number: 1 }])), /update 9 of \/x is nobody's/], // prettier-ignore
];

for (const [what, damage, words] of damages)
  test(`${what}: it is found`, () => {
    const damaged = traces();
    damage(damaged);
    assert.match(judge(plan, damaged).join("\n"), words);
  });
