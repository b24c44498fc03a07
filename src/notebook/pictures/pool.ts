/** A Majordomo pool over time, made of the recorded events: who came, worked, fell silent, died and left, and when. */
import { setTimeout as delay } from "node:timers/promises";
import type { AgentEvent, OnEvent } from "../../agents/events";
import { createPlace } from "../output/display";
import { drawChart } from "./chart";
import { pictureOutput, showPicture, type Picture } from "./picture";
import { poolHistory } from "./pool-data";
import { poolSpec } from "./pool-spec";

/** How to draw a pool. */
export interface PoolPictureOptions {
  /** Default: "Who was there, and who worked". */
  title?: string;
}

/** Shows who was there when, who worked on what, and whom the broker struck off. */
export async function showPool(
  events: readonly AgentEvent[],
  options: PoolPictureOptions = {},
): Promise<void> {
  showPicture(await drawPool(events, options));
}

/** Draws what showPool shows. @throws RangeError when no broker or worker has done anything. */
export async function drawPool(
  events: readonly AgentEvent[],
  { title = "Who was there, and who worked" }: PoolPictureOptions = {},
): Promise<Picture> {
  const history = poolHistory(events);
  if (history.stretches.length === 0)
    throw new RangeError("Cannot draw a pool as none of the events tells of a broker or a worker.");
  return drawChart(poolSpec(history, title), `Pool. ${title}: ${history.agents.join(", ")}.`);
}

/** Between the end of one drawing and the next, in milliseconds: to draw takes the machine some tenths of a second. */
const PAUSE_MS = 400;

/**
 * Runs what gives its events to the `onEvent` that it gets, and shows the pool below the cell all the
 * while: one picture that grows. Returns what `run` returns, when the last picture is drawn.
 */
export async function livePool<T>(
  run: (onEvent: OnEvent) => Promise<T>,
  options: PoolPictureOptions = {},
): Promise<T> {
  const events: AgentEvent[] = [];
  const place = createPlace();
  const draw = async () => {
    if (poolHistory(events).stretches.length > 0)
      place(pictureOutput(await drawPool(events, options)));
  };
  const over = new AbortController();
  const drawing = keepDrawing(draw, over.signal);
  drawing.catch(() => {}); // heard of below, when the run is over
  try {
    return await run((event) => events.push(event));
  } finally {
    over.abort();
    await drawing;
    await draw();
  }
}

async function keepDrawing(draw: () => Promise<void>, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await draw();
    await delay(PAUSE_MS, undefined, { signal: over }).catch(() => {});
  }
}
