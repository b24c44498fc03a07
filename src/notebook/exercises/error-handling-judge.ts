/** What the reader's client asked for, and what it made of the answers: the first thing that went wrong. */
import type { ResultMessage } from "../../messages/result-message";
import type { Bar } from "./error-handling-bar";
import type { Verdict } from "./verdict";

/** How the reader's function ended; "stuck" is to ask for nothing any more, "endless" never to have enough. */
export type Ending =
  | { how: "returned"; value: unknown }
  | { how: "threw"; error: unknown }
  | { how: "stuck" | "endless" };

/** What the judge reads of a bar. */
type Books = Pick<Bar, "orders" | "requests">;

/** Judges a client that should have one result for each order. */
export function judgeOrders(books: Books, ending: Ending): Verdict {
  const problem =
    whetherItCameBack(books, ending) ??
    (ending.how === "returned" ? whatItReturned(books, ending.value) : undefined) ??
    whatItAskedWith(books);
  return problem === undefined
    ? { passed: true, explanation: ALL_WELL }
    : { passed: false, explanation: problem };
}

const ALL_WELL =
  "Four orders, four results, although the coffee was answered twice and the first request for the cake was lost. " +
  "Your client asked again with the same id, so a second answer was one to an order that it had already.";

function whetherItCameBack(books: Books, ending: Ending): string | undefined {
  if (ending.how === "threw")
    return `your function threw: ${ending.error instanceof Error ? ending.error.message : String(ending.error)}`;
  if (ending.how === "endless") return whyItNeverEnds(books);
  if (ending.how === "stuck") return whyItIsStuck(books);
  return undefined;
}

function whyItNeverEnds({ requests }: Books): string {
  const { order } = requests.at(-1)!;
  const ids = idsOf(order, requests).length;
  return ids > 1
    ? `your client asked for ${order} with ${ids} different ids, and had not enough: every answer was to an id that it no longer waited for. Keep the id when you ask again.`
    : `your client asked for ${order} ${timesAsked(order, requests)} times, and goes on. It was answered: when has your client enough?`;
}

function whyItIsStuck({ orders, requests }: Books): string {
  const order = requests.at(-1)?.order;
  if (order === undefined)
    return "your client asks for nothing. `line.send` a task for each order.";
  if (timesAsked(order, requests) === 1)
    return `your client asked for ${order} once and waits. The answer may be late, or the request lost: it cannot know. Ask again.`;
  const last =
    orders.at(-1) === order ? "all was asked for" : `the last thing it asked for is ${order}`;
  return `${last}, and your function does not come back. What does it wait for?`;
}

function whatItReturned({ orders, requests }: Books, value: unknown): string | undefined {
  if (!Array.isArray(value) || !value.every(isResult))
    return "your function did not return an array of results. Return those that `line.receive()` gave you, one for each order.";
  const ordered = new Map(requests.map(({ taskId, order }) => [taskId, order]));
  const served = value.map(({ task_id: taskId }) => ordered.get(taskId));
  const missing = orders.filter((order) => !served.includes(order));
  const twice = orders.find((order) => served.indexOf(order) !== served.lastIndexOf(order));
  if (twice !== undefined) {
    const ids = new Set(
      value.map((result) => result.task_id).filter((id) => ordered.get(id) === twice),
    );
    return ids.size > 1 ? countedTwice(twice, [...ids], missing) : sameTwice(twice);
  }
  if (served.includes(undefined))
    return "your list has a result to an id that your client never asked with.";
  return missing[0] === undefined ? undefined : whyItIsMissing(missing[0], requests);
}

function countedTwice(order: string, ids: string[], missing: string[]): string {
  const names = ids.map((id) => `\`${id.slice(0, 8)}…\``).join(" and ");
  const without = missing.length > 0 ? ` And there is no ${missing.join(", no ")}.` : "";
  return `${order} counts ${ids.length === 2 ? "twice" : `${ids.length} times`}: your client asked for it with the ids ${names}. The first answer was only late, and then both came, as if to different orders.${without}`;
}

function sameTwice(order: string): string {
  return `the answer for ${order} is in your list twice, both with the same id. An answer may come twice: count each id once.`;
}

function whyItIsMissing(order: string, requests: Books["requests"]): string {
  const times = timesAsked(order, requests);
  if (times === 0) return `no result for ${order}: your client never asked for it.`;
  if (times === 1)
    return `no result for ${order}: your client asked once and gave up. The answer may be late, or the request lost: ask again.`;
  return `no result for ${order}, although your client asked ${times} times and was answered.`;
}

/** To count right is not enough: the bar, too, must know that it is the same order. */
function whatItAskedWith({ orders, requests }: Books): string | undefined {
  const order = orders.find((asked) => idsOf(asked, requests).length > 1);
  if (order === undefined) return undefined;
  const times = idsOf(order, requests).length;
  return `your list is right, but your client asked for ${order} with ${times} different ids: to the bar those are ${times} orders, and it has made ${order} for each. Ask again with the same task.`;
}

function timesAsked(order: string, requests: Books["requests"]): number {
  return requests.filter((request) => request.order === order).length;
}

function idsOf(order: string, requests: Books["requests"]): string[] {
  const ids = requests.filter((request) => request.order === order).map(({ taskId }) => taskId);
  return [...new Set(ids)];
}

function isResult(value: unknown): value is ResultMessage {
  return typeof value === "object" && value !== null && "task_id" in value;
}
