/** Words in a row that belong together. */
import type { Token } from "./reader";

/** Cuts tokens into runs of the same kind; those of the kind undefined belong to none. */
export function runsOf(tokens: Token[], kindOf: (token: Token) => unknown): Token[][] {
  const runs: Token[][] = [];
  let kindBefore: unknown;
  for (const token of tokens) {
    const kind = kindOf(token);
    if (kind !== undefined && kind === kindBefore) runs.at(-1)!.push(token);
    else if (kind !== undefined) runs.push([token]);
    kindBefore = kind;
  }
  return runs;
}
