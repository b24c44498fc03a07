/** One update that does not arrive, and two who keep a copy: one believes what it hears, one counts. */
import { Dealer, Subscriber } from "zeromq";
import type { CloneClientEvent } from "../../agents/clone/events";
import { HUGZ } from "../../messages/clone";
import { encodeSnapshotRequest } from "../../messages/clone/encode";
import { parsePublished, parseSnapshotPart } from "../../messages/clone/parse";
import type { CloneAddresses } from "../../transport/addresses";
import { openBoard, openCloneServer, until } from "../lab/clone";
import type { Lab } from "../lab/room";
import { Middleman } from "./clone-middleman";

/** What somebody believes at the end. */
export interface Belief {
  who: string;
  "Worker-1": string;
  "Worker-2": string;
  /** What it has noticed. */
  noticed: string;
}

/** Worker-1 and Worker-2 are busy, then idle; that Worker-1 is idle gets lost on the way to both copies. */
export async function loseOneUpdate(room: Lab): Promise<Belief[]> {
  const server = await openCloneServer(room);
  const writer = await openBoard(room, { ...server, name: "Writer" });
  const loses = ({ sequence }: { sequence: number }) => sequence === 3;
  const { addresses } = await Middleman.open(room, server, { loses });
  const believer = await followBlindly(room, addresses);
  const events: CloneClientEvent[] = [];
  const onEvent = (event: CloneClientEvent) => void events.push(event);
  const counter = await openBoard(room, { ...addresses, name: "Counter", onEvent });

  await writer.set("/Worker-1", "busy");
  await writer.set("/Worker-2", "busy");
  await writer.set("/Worker-1", "idle"); // this one
  await writer.set("/Worker-2", "idle");
  await until(() => believer.get("/Worker-2") === "idle", "The believer heard nothing");
  await until(() => counter.isCurrent && counter.sequence === 4, "The counter is behind");
  const gaps = events.filter(({ type }) => type === "gap").length;
  return [
    belief("the server", writer, ""),
    belief("who believes", believer, "nothing"),
    belief("who counts", counter, `${gaps} gap`),
  ];
}

/** Keeps a copy as one writes it at first: takes the state, then whatever comes. */
export async function followBlindly(
  { use }: Pick<Lab, "use">,
  { snapshotAddr, updatesAddr }: Required<CloneAddresses>,
): Promise<Map<string, unknown>> {
  const copy = new Map<string, unknown>();
  const take = (key: string, value: Buffer) => copy.set(key, JSON.parse(String(value)));
  const loops: Promise<void>[] = [];
  use(() => Promise.all(loops)); // they end when their sockets are closed
  const updates = use(new Subscriber());
  updates.subscribe("", HUGZ);
  updates.connect(updatesAddr);
  await updates.receive(); // a HUGZ: the subscription stands

  const dealer = use(new Dealer());
  dealer.connect(snapshotAddr);
  await dealer.send(encodeSnapshotRequest(""));
  for await (const frames of dealer) {
    const part = parseSnapshotPart(frames);
    if (!part.ok || part.message.type === "end") break;
    take(part.message.key, part.message.value);
  }
  const follow = async () => {
    for await (const frames of updates) {
      const parsed = parsePublished(frames);
      if (parsed.ok && parsed.message.type === "update")
        take(parsed.message.key, parsed.message.value);
    }
  };
  loops.push(follow());
  return copy;
}

function belief(who: string, copy: { get(key: string): unknown }, noticed: string): Belief {
  const read = (worker: string) => String(copy.get(`/${worker}`));
  return { who, "Worker-1": read("Worker-1"), "Worker-2": read("Worker-2"), noticed };
}
