/** A lab that stays open from one cell to the next, so that a reader can drive sockets by hand. */
import type { AgentEvent, OnEvent } from "../../agents/events";
import { printEvent } from "../../agents/log";
import { unlessAborted, within } from "../../transport/patience";
import { lab } from "./lab";
import { Interrupted, type Lab } from "./room";

/** A lab, the log of the agent in it, and the way to close it. */
export interface Bench extends Lab {
  /** Hand it to the agent: it keeps the events for `logUntil`. */
  onEvent: OnEvent;
  /**
   * Prints the log lines that are not printed yet, up to the next event of that type; waits for it.
   * @throws Error when no such event comes within 5 seconds.
   */
  logUntil: (type: AgentEvent["type"]) => Promise<void>;
  /** Closes all that the bench looks after. The interrupt button does it as well. */
  close: () => Promise<void>;
}

/** Opens a bench. A bench or lab of the same name that is still open is closed first. */
export async function openBench(name: string): Promise<Bench> {
  return new Promise((resolve, reject) => {
    const stayOpen = (opened: Lab) =>
      new Promise<void>((end) => {
        opened.signal.addEventListener("abort", () => end());
        const close = async () => {
          end();
          await session.catch(() => {});
        };
        resolve({ ...opened, ...eventLog(), close });
      });
    const session = lab(name, stayOpen);
    session.catch((error: Error) => {
      if (!(error instanceof Interrupted)) reject(error);
    });
  });
}

const LOG_PATIENCE_MS = 5000;

/** Keeps events until somebody asks for them: a cell's output is then complete when the cell ends. */
function eventLog(): Pick<Bench, "onEvent" | "logUntil"> {
  const unprinted: AgentEvent[] = [];
  let wake = () => {};
  const nextEvent = async (patience: AbortSignal) => {
    for (;;) {
      const event = unprinted.shift();
      if (event) return event;
      await unlessAborted(new Promise<void>((resolve) => (wake = resolve)), patience);
    }
  };
  return {
    onEvent(event) {
      unprinted.push(event);
      wake();
    },
    async logUntil(type) {
      const missed = () =>
        `The agent reported no "${type}" within ${LOG_PATIENCE_MS} ms. Begin again at the cell that opens the bench.`;
      for (;;) {
        const event = await within(LOG_PATIENCE_MS, undefined, nextEvent, missed);
        printEvent(event);
        if (event.type === type) return;
      }
    },
  };
}
