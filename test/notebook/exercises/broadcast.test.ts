import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFollow, solveFollow, tryFollow } from "../../../src/notebook/exercises/broadcast";
import type { Follow, ReplicaKit } from "../../../src/notebook/exercises/broadcast-trial";
import { pretendToBeKernel } from "../output/fake-kernel";
import { startingPoint } from "./starting-point";

const options = { timeout: 240_000 };

test("the solution passes, and the check says so", options, async (t) => {
  const written = pretendToBeKernel(t);
  await checkFollow(solveFollow);
  const shown = written[0]?.data["text/markdown"] ?? "";
  assert.match(shown, /✔.*13 updates.*two were lost.*It asked for 3 snapshots/);
});

test(
  "the starting point is told which update was lost, and what it has since",
  options,
  async () => {
    const { passed, explanation } = await tryFollow(
      startingPoint<Follow>("11-broadcast", "follow"),
    );
    assert.equal(passed, false);
    assert.match(explanation, /^Update 6, which deleted \/b, was lost; then update 7 came/);
    assert.match(explanation, /Your copy has \/b = 2, the server has no \/b\.$/);
  },
);

/** What differs between the answers below. */
interface Habits {
  /** Begins with a snapshot. */
  begins?: boolean;
  /** Empties the copy before a snapshot. */
  clears?: boolean;
  /** Which updates it passes over. */
  skips?: (sequence: number, last: number) => boolean;
  /** When it asks for another snapshot. */
  asks?: (sequence: number, last: number) => boolean;
}

function followerThat({ begins = true, clears = true, skips, asks }: Habits): Follow {
  return async ({ updates, snapshot, copy }: ReplicaKit) => {
    let last = 0;
    const takeAll = async () => {
      const { sequence, entries } = await snapshot();
      if (clears) copy.clear();
      for (const [key, value] of entries) copy.set(key, value);
      last = sequence;
    };
    if (begins) await takeAll();
    for await (const { sequence, key, value } of updates) {
      if (skips?.(sequence, last)) continue;
      if (asks?.(sequence, last)) {
        await takeAll();
        continue;
      }
      if (value === undefined) copy.delete(key);
      else copy.set(key, value);
      last = sequence;
    }
  };
}

const isOld = (sequence: number, last: number) => sequence <= last;
const isGap = (sequence: number, last: number) => sequence > last + 1;

test("who asks whenever a number is not the next one passes too", options, async () => {
  const anxious = followerThat({ asks: (sequence, last) => sequence !== last + 1 });
  const { passed, explanation } = await tryFollow(anxious);
  assert.ok(passed, explanation);
});

const wrong: [name: string, follow: Follow, words: RegExp][] = [
  [
    "takes no snapshot at first",
    followerThat({ begins: false, skips: isOld, asks: isGap }),
    /^Two entries stood there .*Your copy has no \/a, the server has \/a = 1/,
  ],
  [
    "never deletes",
    async ({ updates, snapshot, copy }) => {
      for (const [key, value] of (await snapshot()).entries) copy.set(key, value);
      for await (const { key, value } of updates) copy.set(key, value ?? "");
    },
    /^Update 5, which deleted \/e .*has \/e = "", the server has no \/e/,
  ],
  [
    "passes over what is old, and sees no gap",
    followerThat({ skips: isOld }),
    /^Update 6, which deleted \/b, was lost; .*you did not ask for a snapshot/,
  ],
  [
    "adds a snapshot to what it has",
    followerThat({ clears: false, skips: isOld, asks: isGap }),
    /^Update 6, which deleted \/b, was lost; .*has \/b = 2, the server has no \/b/,
  ],
  [
    "sees a gap, and takes in what is old",
    followerThat({ asks: isGap }),
    /^Update 9, which set \/a to 9, came late: .*has \/a = 9, the server has \/a = 11/,
  ],
  [
    "asks for everything at each update",
    followerThat({ asks: () => true }),
    /^Your copy is right, but it asked for \d+ snapshots in 13 updates/,
  ],
  ["does nothing", () => new Promise(() => {}), /asked for neither a snapshot nor an update/],
  [
    "takes one update and stops",
    async ({ updates, snapshot, copy }) => {
      for (const [key, value] of (await snapshot()).entries) copy.set(key, value);
      for await (const { key, value } of updates) return copy.set(key, value!);
    },
    /^Your function has returned\. It has to go on/,
  ],
  [
    "throws",
    async () => Promise.reject(new Error("no idea")),
    /Your function threw an error: `Error: no idea`/,
  ],
];

for (const [name, follow, words] of wrong) {
  test(`a function that ${name} is told so`, options, async () => {
    const { passed, explanation } = await tryFollow(follow);
    assert.equal(passed, false);
    assert.match(explanation, words);
  });
}
