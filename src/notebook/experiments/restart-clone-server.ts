/** A Clone server that is killed while others write, and started again: with a journal, or without. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SharedMap } from "../../agents/clone/client/shared-map";
import type { AgentEvent } from "../../agents/events";
import { short } from "../../agents/words";
import { startAgent, type AgentProcess } from "../../orchestration/agent-process";
import type { CloneAddresses } from "../../transport/addresses";
import { anyPorts, inStep, openBoard, readPlaces, until } from "../lab/clone";
import type { Lab } from "../lab/room";

/** The server's sign of life comes every 100 ms: who misses three of them knows that it is gone. */
const heart = { heartbeatMs: 100, liveness: 3 };

/** What two clients read at a moment. */
export interface Reading {
  when: string;
  /** What each has in its copy. */
  Ann: string;
  Bob: string;
  /** Whether they take it for the server's state. */
  current: boolean;
}

/** Kills the server when Ann has found a needle; Bob finds a pin while there is none. */
export async function restartServer(
  room: Lab,
  { journal }: { journal: boolean },
): Promise<Reading[]> {
  const server = await ServerProcess.start(room, journal);
  const [ann, bob] = [
    await openBoard(room, { ...server.places, ...heart, name: "Ann" }),
    await openBoard(room, { ...server.places, ...heart, name: "Bob" }),
  ];
  const read = (when: string): Reading => {
    const current = ann.isCurrent && bob.isCurrent;
    return { when, Ann: listed(ann), Bob: listed(bob), current };
  };
  await ann.set("/found/1", "a needle"); // confirmed
  await inStep(ann, bob);
  const readings = [read("all is well")];
  await server.kill();
  const written = bob.set("/found/2", "a pin"); // to nobody
  await until(() => !ann.isCurrent && !bob.isCurrent, "Nobody noticed that the server is gone");
  readings.push(read("the server is gone"));
  await server.start();
  await written;
  await inStep(ann, bob);
  return [...readings, read("it is back")];
}

function listed(board: SharedMap): string {
  return short(board.entries().map(([, value]) => value));
}

/** A server that dies as `kill -9` kills, and comes back at the same addresses. */
class ServerProcess {
  places = anyPorts;
  #process!: AgentProcess<unknown>;

  private constructor(
    private readonly room: Lab,
    private readonly journal?: string,
  ) {}

  static async start(room: Lab, hasJournal: boolean): Promise<ServerProcess> {
    const folder = hasJournal ? await mkdtemp(join(tmpdir(), "clone-")) : undefined;
    if (folder) room.use(() => rm(folder, { recursive: true }));
    const server = new ServerProcess(room, folder && join(folder, "board.jsonl"));
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const { signal, use } = this.room;
    let places: Required<CloneAddresses> | undefined;
    const onEvent = (event: AgentEvent) => {
      if (event.type === "listening") places = readPlaces(event.addresses);
    };
    const flags = { ...this.places, heartbeatMs: heart.heartbeatMs, journal: this.journal };
    this.#process = startAgent("clone/server", "Clone-Server", { ...flags, signal, onEvent });
    const { ended } = this.#process;
    void use(ended.catch(() => {})); // whoever starts it hears of it
    const listening = until(() => places !== undefined, "The server did not listen");
    await Promise.race([listening, ended]); // throws what it failed of
    this.places = places!;
  }

  async kill(): Promise<void> {
    this.#process.strike("SIGKILL");
    await this.#process.ended;
  }
}
