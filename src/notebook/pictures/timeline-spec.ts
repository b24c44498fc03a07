/** Timelines in Vega-Lite: below each other, on one scale of time, with one legend. */
import type { ChartSpec } from "./chart";
import { COLOUR, TINT } from "./palette";
import { inOrderOfFlow } from "./recording";
import type { Timeline, TimelineKind } from "./timeline-data";

const WIDTH = 760;
const ROW_HEIGHT = 38;
const BAR_HEIGHT = 22;

const looks: Record<TimelineKind, { fill: string; stroke: string; height: number }> = {
  "task sent": { fill: COLOUR.generator, stroke: COLOUR.generator, height: 14 },
  "task done": { fill: TINT.worker, stroke: COLOUR.worker, height: BAR_HEIGHT },
  "task failed": { fill: TINT.failed, stroke: COLOUR.failed, height: BAR_HEIGHT },
  "task not finished": { fill: TINT.unfinished, stroke: COLOUR.unfinished, height: BAR_HEIGHT },
  "result received": { fill: COLOUR.collector, stroke: COLOUR.collector, height: 14 },
  "failed, once more": { fill: COLOUR.failed, stroke: COLOUR.failed, height: 14 },
  redelivered: { fill: COLOUR.broker, stroke: COLOUR.broker, height: BAR_HEIGHT },
  "dead letter": { fill: COLOUR.ink, stroke: COLOUR.ink, height: BAR_HEIGHT },
  "process died": { fill: COLOUR.failed, stroke: COLOUR.failed, height: ROW_HEIGHT - 6 },
  "END, WORKER_DONE": { fill: COLOUR.ink, stroke: COLOUR.ink, height: BAR_HEIGHT },
};

/** The Vega-Lite specification of one or more timelines. */
export function timelinesSpec(timelines: readonly (Timeline & { title: string })[]): ChartSpec {
  const seconds = Math.max(0.001, ...timelines.map((timeline) => timeline.seconds));
  const present = new Set(timelines.flatMap(({ items }) => items.map(({ kind }) => kind)));
  const kinds = (Object.keys(looks) as TimelineKind[]).filter((kind) => present.has(kind));
  return {
    vconcat: timelines.map((timeline) => timelineSpec(timeline, seconds, kinds)),
    spacing: 28,
  };
}

function timelineSpec(
  timeline: Timeline & { title: string },
  seconds: number,
  kinds: TimelineKind[],
): ChartSpec {
  const fits = ({ from, to, label }: Timeline["items"][number]) =>
    ((to - from) / seconds) * WIDTH > label.length * 6.8 + 6;
  const values = timeline.items.map((item) => ({ ...item, label: fits(item) ? item.label : "" }));
  const x = {
    field: "from",
    type: "quantitative",
    title: "seconds",
    scale: { domain: [0, seconds * 1.01], nice: false },
    axis: { tickCount: 8, labelFlush: false },
  };
  const y = {
    field: "agent",
    type: "nominal",
    title: null,
    scale: { domain: inOrderOfFlow(timeline.agents) },
    axis: { domain: false, ticks: false, labelPadding: 10 },
  };
  return {
    title: timeline.title,
    width: WIDTH,
    height: ROW_HEIGHT * timeline.agents.length,
    data: { values },
    encoding: { x, y },
    layer: [...startRule(timeline.start), ...kinds.map(marksOf), labels, legendOf(kinds)],
  };
}

const labels = {
  transform: [
    { filter: "datum.label" },
    { calculate: "(datum.from + datum.to) / 2", as: "middle" },
  ],
  mark: { type: "text", baseline: "middle", fontSize: 11 },
  encoding: { x: { field: "middle", type: "quantitative" }, text: { field: "label" } },
};

function startRule(start: number | undefined): ChartSpec[] {
  if (start === undefined) return [];
  const data = { values: [{ from: start, label: "START" }] };
  const rule = { type: "rule", color: COLOUR.quiet, strokeDash: [4, 3] };
  const text = { type: "text", y: -8, fontSize: 11, fontWeight: "bold", color: COLOUR.quiet };
  return [
    { data, mark: rule, encoding: { y: null } },
    { data, mark: text, encoding: { y: null, text: { field: "label" } } },
  ];
}

/** What lasts is a bar; what happens at once is a tick. */
function marksOf(kind: TimelineKind): ChartSpec {
  const { fill, stroke, height } = looks[kind];
  const transform = [{ filter: { field: "kind", equal: kind } }];
  if (!kind.startsWith("task ") || kind === "task sent") {
    return {
      transform,
      mark: { type: "tick", color: fill, thickness: 2, size: height, opacity: 1 },
    };
  }
  const mark = { type: "bar", height, fill, stroke, strokeWidth: 1, cornerRadius: 3 };
  return { transform, mark, encoding: { x2: { field: "to" } } };
}

/** Vega-Lite draws a legend for a scale, so invisible points carry the scale. */
function legendOf(kinds: TimelineKind[]): ChartSpec {
  const channel = (colour: "fill" | "stroke") => ({
    field: "kind",
    type: "nominal",
    scale: { domain: kinds, range: kinds.map((kind) => looks[kind][colour]) },
    legend: { symbolType: "square", symbolStrokeWidth: 1, symbolOpacity: 1, columns: 5 },
  });
  return {
    mark: { type: "point", opacity: 0, size: 1 },
    encoding: { fill: channel("fill"), stroke: channel("stroke") },
  };
}
