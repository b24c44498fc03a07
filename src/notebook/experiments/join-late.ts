/** A subscriber that comes when all has been said: to a publisher, or to a last value cache in front of it. */
import { lastValueCacheAgent } from "../../agents/broadcast/last-value-cache";
import { publisherAgent } from "../../agents/broadcast/publisher";
import { subscriberAgent } from "../../agents/broadcast/subscriber";
import type { AgentEvent } from "../../agents/events";
import type { Update, UpdateMessage } from "../../messages/broadcast";
import type { JsonValue } from "../../messages/json-value";
import { until } from "../lab/clone";
import type { Lab } from "../lab/room";

const [WORKER_1, WORKER_2] = ["status.Worker-1.", "status.Worker-2."] as const;

/** What is said before the latecomer is there, */
const before: Update[] = [
  { topic: WORKER_1, data: "busy" },
  { topic: WORKER_2, data: "idle" },
  { topic: WORKER_1, data: "on fire" },
];

/** and what after. */
const after: Update = { topic: WORKER_2, data: "working" };

/** What the latecomer knows at a moment. */
export interface Knowledge {
  when: string;
  "Worker-1": JsonValue;
  "Worker-2": JsonValue;
}

/** Tells what somebody who comes late knows when it has joined, and when something new has been said. */
export async function joinLate(
  { signal, use }: Lab,
  { cache }: { cache: boolean },
): Promise<Knowledge[]> {
  const seen: AgentEvent[] = [];
  const all = (type: AgentEvent["type"]) => seen.filter((event) => event.type === type);
  const place = async (nth: number) => {
    await until(() => all("listening").length >= nth, "Nobody listens");
    const event = all("listening")[nth - 1]!;
    return event.type === "listening" ? event.addresses[0]! : "";
  };
  const end = new AbortController();
  const shared = {
    signal: AbortSignal.any([signal, end.signal]),
    onEvent: (event: AgentEvent) => void seen.push(event),
  };

  const hasJoined = () => all(cache ? "present-sent" : "subscription-received").length > 0;
  const broadcastAddr = "tcp://127.0.0.1:*";
  const updates = tellAll(() => until(hasJoined, "Nobody came late"));
  void use(publisherAgent({ ...shared, broadcastAddr, updates, subscribers: cache ? 1 : 0 }));
  let address = await place(1);
  if (cache) {
    const lastValueAddr = "tcp://127.0.0.1:*";
    void use(lastValueCacheAgent({ ...shared, broadcastAddr: address, lastValueAddr }));
    address = await place(2);
  }
  const isTold = () => all(cache ? "update-forwarded" : "update-sent").length === before.length;
  await until(isTold, "The first news did not come");
  const heard: UpdateMessage[] = [];
  const onUpdate = (update: UpdateMessage) => heard.push(update);
  void use(subscriberAgent({ ...shared, broadcastAddr: address, onUpdate }));
  await until(() => heard.at(-1)?.data === after.data, "The last news did not come");
  end.abort();
  return [
    knowledge("when it has joined", heard.slice(0, -1)),
    knowledge("after the next news", heard),
  ];
}

async function* tellAll(someoneIsLate: () => Promise<void>): AsyncGenerator<Update> {
  yield* before;
  await someoneIsLate();
  yield after;
}

function knowledge(when: string, heard: readonly UpdateMessage[]): Knowledge {
  const last = (topic: string) => heard.findLast((update) => update.topic === topic)?.data ?? "?";
  return { when, "Worker-1": last(WORKER_1), "Worker-2": last(WORKER_2) };
}
