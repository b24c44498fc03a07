/** Who worked on which task when: a picture made of the recorded events, one row an agent. */
import type { AgentEvent } from "../../agents/events";
import { drawChart } from "./chart";
import { showPicture, type Picture } from "./picture";
import { timelineOf } from "./timeline-data";
import { timelinesSpec } from "./timeline-spec";

/** How to draw a timeline. */
export interface TimelineOptions {
  /** Default: "Who worked on which task when". */
  title?: string;
}

/** Shows who worked on which task when. */
export async function showTimeline(
  events: readonly AgentEvent[],
  options: TimelineOptions = {},
): Promise<void> {
  showPicture(await drawTimeline(events, options));
}

/** Shows several recordings below each other on one scale of time, each under its name. */
export async function showTimelines(
  recordings: Record<string, readonly AgentEvent[]>,
): Promise<void> {
  showPicture(await drawTimelines(recordings));
}

/** Draws what showTimeline shows. */
export async function drawTimeline(
  events: readonly AgentEvent[],
  { title = "Who worked on which task when" }: TimelineOptions = {},
): Promise<Picture> {
  return drawTimelines({ [title]: events });
}

/** Draws what showTimelines shows. @throws RangeError for a recording without events. */
export async function drawTimelines(
  recordings: Record<string, readonly AgentEvent[]>,
): Promise<Picture> {
  for (const [title, events] of Object.entries(recordings)) {
    if (events.length === 0) throw new RangeError(`Cannot draw "${title}" as it has no events.`);
  }
  const timelines = Object.entries(recordings).map(([title, events]) => ({
    title,
    ...timelineOf(events),
  }));
  const said = timelines.map(
    ({ title, agents, tasks }) => `${title}: ${agents.join(", ")}; ${tasks} tasks`,
  );
  return drawChart(timelinesSpec(timelines), `Timeline. ${said.join(". ")}.`);
}
