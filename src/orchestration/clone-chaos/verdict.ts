/**
 * Whether a Clone chaos run kept every promise. What should be there is worked out from the plan and from
 * the order in which the server took the changes, which its journals tell. Pure.
 */
import type { JsonValue } from "../../messages/json-value";
import { MORTAL, OVER_KEYS, type CloneChaosPlan } from "./plan";
import type { MapState } from "./state-file";

/** What a run leaves behind. */
export interface CloneChaosTraces {
  /** The server's journal at the end of each of its lives. */
  journals: string[];
  /** The state that the server gives at the end. */
  server: MapState;
  /** The state that each survivor ended with, by name. */
  survivors: { name: string; subtree: string; state: MapState }[];
  /** How many changes each writer saw confirmed. */
  confirmed: number[];
}

/** Says what went wrong, a sentence each; nothing when everybody has what was written last. */
export function judge(plan: CloneChaosPlan, traces: CloneChaosTraces): string[] {
  const { model, wrong } = replay(plan, readOrder(traces.journals));
  traces.confirmed.forEach((confirmed, index) => {
    const planned = plan.writers[index]!.length;
    if (confirmed !== planned)
      wrong.push(`writer ${index + 1} saw ${confirmed} of ${planned} changes confirmed`);
  });
  wrong.push(...compare("the server", traces.server, model, ""));
  for (const { name, subtree, state } of traces.survivors)
    wrong.push(...compare(name, state, model, subtree));
  return wrong;
}

/** A change as a journal tells it. */
interface Taken {
  sequence: number;
  key: string;
  writer?: string;
  number?: number;
}

/** Every update in the server's order. What a later life repeats of an earlier one (without its writer) counts once. */
function readOrder(journals: string[]): Taken[] {
  const bySequence = new Map<number, Taken>();
  for (const journal of journals)
    for (const line of journal.split("\n").slice(1, -1)) {
      const taken = JSON.parse(line) as Taken;
      if (taken.key !== undefined && !bySequence.has(taken.sequence))
        bySequence.set(taken.sequence, taken);
    }
  return [...bySequence.values()].sort((one, other) => one.sequence - other.sequence);
}

/** Writes into a plain Map what the plan says, in the order of the server. */
function replay(plan: CloneChaosPlan, order: Taken[]) {
  const wrong: string[] = [];
  const model = new Map<string, JsonValue>();
  const writers = whoIsWho(order);
  const taken = plan.writers.map(() => 0);
  order.forEach(({ sequence, key, writer, number }, index) => {
    if (sequence !== index + 1) wrong.push(`update ${index + 1} is ${sequence}`);
    const who = writer === undefined ? undefined : writers.get(writer);
    if (who === undefined) {
      if (OVER_KEYS.includes(key)) model.set(key, true);
      else if (key.startsWith(MORTAL) && writer === undefined) model.delete(key);
      else wrong.push(`update ${sequence} of ${key} is nobody's`);
      return;
    }
    const expected = ++taken[who]!;
    const change = plan.writers[who]![expected - 1];
    if (number !== expected || change?.key !== key)
      wrong.push(`update ${sequence} is change ${number} of writer ${who + 1}, not ${expected}`);
    if (change?.value) model.set(key, { ...change.value });
    else model.delete(key);
  });
  plan.writers.forEach((changes, who) => {
    if (taken[who] !== changes.length)
      wrong.push(`${taken[who]} of ${changes.length} changes of writer ${who + 1} took place`);
  });
  return { model, wrong };
}

/** Tells the writers' ids apart: each is the one whose keys of its own it writes. */
function whoIsWho(order: Taken[]): Map<string, number> {
  const writers = new Map<string, number>();
  for (const { key, writer } of order) {
    const own = /^\/own\/(\d+)\//.exec(key);
    if (own && writer !== undefined) writers.set(writer, Number(own[1]) - 1);
  }
  return writers;
}

function compare(
  name: string,
  state: MapState,
  model: ReadonlyMap<string, JsonValue>,
  subtree: string,
): string[] {
  const wrong: string[] = [];
  const found = new Map(state);
  const expected = new Map([...model].filter(([key]) => key.startsWith(subtree)));
  for (const [key, value] of expected)
    if (JSON.stringify(found.get(key)) !== JSON.stringify(value))
      wrong.push(`${name} has ${short(found.get(key))} at ${key} in place of ${short(value)}`);
  for (const key of found.keys())
    if (!expected.has(key)) wrong.push(`${name} has ${key}, which is gone`);
  return wrong;
}

function short(value: JsonValue | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 40);
}
