/**
 * A million damaged frames for each decoder, or as many as are asked for: minutes, not for every day.
 *
 *     node --require ts-node/register/transpile-only test/messages/codecs/fuzz-all.ts [frames] [seed] [codec]
 */
import { allClaims } from "./claims";
import { fuzz } from "./fuzzing";

const [frames = "1000000", seed = "1", only] = process.argv.slice(2);
for (const claims of allClaims.filter(({ codec }) => !only || codec.name === only)) {
  const startedAt = performance.now();
  const report = fuzz(claims, Number(frames), Number(seed));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(claims.codec.name, JSON.stringify({ ...report, seconds }));
}
