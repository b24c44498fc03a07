/** A search that is dealt out in tasks: whoever finds it can let the others know, on a board, or not. */
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { SharedMap } from "../../agents/clone/client/shared-map";
import type { AgentEvent } from "../../agents/events";
import type { WorkContext } from "../../agents/work";
import { runPipeline } from "../../orchestration/run-pipeline";
import { openBoard, openCloneServer } from "../lab/clone";
import type { Lab } from "../lab/room";

/** Four digits that somebody has forgotten; only their hash is left. */
const LOCK = hashOf("1234");

const TASKS = 20;
const PINS_PER_TASK = 500;
const WORKERS = 4;

/** Trying takes time: so many between two pauses, in which the others get their turn. */
const PINS_AT_ONCE = 25;

/** What became of a search. */
export interface Search {
  /** How often somebody tried a number. */
  tries: number;
  /** What was found, and by whom. */
  found?: string;
  /** Tasks in which nothing had to be tried any more. */
  tasksSkipped: number;
  events: AgentEvent[];
}

/** Lets four workers try the numbers 0000 to 9999, 500 in a task, each with a board of its own, or without. */
export async function searchPin(room: Lab, { board }: { board: boolean }): Promise<Search> {
  const boards = board ? await openBoards(room) : new Map<string, SharedMap>();
  let [tries, tasksSkipped, found] = [0, 0, undefined as string | undefined];
  const work = async (data: unknown, { workerId }: WorkContext) => {
    const own = boards.get(workerId);
    const { pin, tried } = await tryAll(Number(data), own);
    tries += tried;
    if (tried === 0) tasksSkipped++;
    if (pin !== undefined) found = `${pin}, by Worker-${workerId}`;
    return pin ?? `tried ${tried}`;
  };
  const anyPort = "tcp://127.0.0.1:*";
  const { events } = await runPipeline({
    ...{ taskVentilatorAddr: anyPort, resultCollectorAddr: anyPort, controlSyncAddr: anyPort },
    ...{ tasks: TASKS, workers: WORKERS, taskDelayMs: 0, signal: room.signal },
    createData: (n) => (n - 1) * PINS_PER_TASK,
    work,
  });
  return { tries, found, tasksSkipped, events };
}

async function openBoards(room: Lab): Promise<Map<string, SharedMap>> {
  const server = await openCloneServer(room);
  const boards = new Map<string, SharedMap>();
  for (let n = 1; n <= WORKERS; n++)
    boards.set(String(n), await openBoard(room, { ...server, name: `Worker-${n}` }));
  return boards;
}

/** Tries 500 numbers, unless somebody has found it: then it stops where it is. */
export async function tryAll(first: number, board: SharedMap | undefined) {
  for (let n = first; n < first + PINS_PER_TASK; n++) {
    if (board?.get("/found/pin") !== undefined) return { tried: n - first };
    const pin = String(n).padStart(4, "0");
    if (hashOf(pin) === LOCK) {
      await board?.set("/found/pin", pin);
      return { pin, tried: n - first + 1 };
    }
    if (n % PINS_AT_ONCE === 0) await delay(1);
  }
  return { tried: PINS_PER_TASK };
}

function hashOf(pin: string): string {
  return createHash("sha256").update(pin).digest("hex");
}
