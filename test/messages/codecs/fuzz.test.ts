/** Frames that nobody meant to send, by the ten thousand. `fuzz-all.ts` gives each decoder a million. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { allClaims } from "./claims";
import { fuzz } from "./fuzzing";

const FRAMES = 40_000;

for (const claims of allClaims)
  test(`${claims.codec.name}: ${FRAMES} damaged frames`, { timeout: 480_000 }, () => {
    const { accepted, refused } = fuzz(claims, FRAMES, 1);
    const all = accepted + Object.values(refused).reduce((sum, count) => sum + count, 0);
    assert.equal(all, FRAMES);
    assert.ok(
      accepted > FRAMES / 20 && accepted < FRAMES * 0.8,
      `both ways are taken: ${accepted}`,
    );
    assert.ok(Object.keys(refused).length >= 3, `for many reasons: ${Object.keys(refused).join()}`);
  });

test("the same seed gives the same frames", () => {
  const [claims] = allClaims;
  const runs = [fuzz(claims!, 500, 7), fuzz(claims!, 500, 7), fuzz(claims!, 500, 8)];
  const [first, again, other] = runs.map(({ accepted, refused }) => ({ accepted, refused }));
  assert.deepEqual(first, again);
  assert.notDeepEqual(first, other);
});
