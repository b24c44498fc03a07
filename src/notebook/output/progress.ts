/** A table that shows what every agent is doing while a pipeline runs. */
import type { AgentEvent, OnEvent } from "../../agents/events";
import { createPlace, markdown } from "./display";
import { Progress } from "./progress-state";
import { markdownTable } from "./table";

/** What a live display knows beforehand. */
export interface LiveProgressOptions {
  /** How many tasks there will be: the length of a full bar. Default: 10. */
  tasks?: number;
}

/** Between two updates, in milliseconds: ten a second look alive, and more would only delay the agents. */
const UPDATE_MS = 100;

/**
 * Makes an `onEvent` that shows the agents at work, in one place below the cell that runs them. What it
 * shows at the end tells counts and no times, so that two runs of the same work end alike.
 * @throws RangeError when `tasks` is not a whole number from 1 up.
 */
export function liveProgress({ tasks = 10 }: LiveProgressOptions = {}): OnEvent {
  if (!Number.isInteger(tasks) || tasks < 1) {
    throw new RangeError(
      `Cannot use tasks as it must be a whole number from 1 up: current value is ${tasks}`,
    );
  }
  const progress = new Progress(tasks);
  const place = createPlace();
  let shown = "";
  const draw = atMostEvery(UPDATE_MS, () => {
    const table = markdownTable(progress.rows());
    if (table !== shown) place(markdown(table));
    shown = table;
  });
  return (event: AgentEvent) => {
    progress.take(event);
    // An agent's last word is shown at once: no later event may come to bring it along.
    draw({ now: event.type === "finished" || event.type === "process-exited" });
  };
}

/** Calls `action` at once, and from then on at most once in `ms`; a call that waits speaks for all after it. */
export function atMostEvery(ms: number, action: () => void): (how: { now: boolean }) => void {
  let last = -Infinity;
  let waiting: NodeJS.Timeout | undefined;
  const act = () => {
    clearTimeout(waiting);
    waiting = undefined;
    last = Date.now();
    action();
  };
  return ({ now }) => {
    if (now || Date.now() - last >= ms) act();
    else waiting ??= setTimeout(act, last + ms - Date.now());
  };
}
