/** The picture of a pool in Vega-Lite: a row for the broker and for each worker, on one scale of time. */
import type { ChartSpec } from "./chart";
import { COLOUR, TINT } from "./palette";
import type { Moment, PoolHistory } from "./pool-data";
import type { Stretch, StretchKind } from "./pool-work";

const WIDTH = 760;
const ROW_HEIGHT = 48;

interface Look {
  fill: string;
  stroke: string;
  height: number;
  /** How far below the middle of the row. */
  yOffset?: number;
}

const looks: Record<StretchKind, Look> = {
  "broker up": { fill: TINT.broker, stroke: COLOUR.broker, height: 12 },
  registered: { fill: TINT.unfinished, stroke: TINT.unfinished, height: 30 },
  "task done": { fill: TINT.worker, stroke: COLOUR.worker, height: 18 },
  "done in vain": { fill: TINT.failed, stroke: COLOUR.failed, height: 18 },
  "not finished": { fill: COLOUR.paper, stroke: COLOUR.failed, height: 18 },
  silent: { fill: COLOUR.ink, stroke: COLOUR.ink, height: 4, yOffset: 11 },
};

/** The Vega-Lite specification of a pool over time. */
export function poolSpec({ agents, stretches, moments, seconds }: PoolHistory, title: string) {
  const present = new Set(stretches.map(({ kind }) => kind));
  const kinds = (Object.keys(looks) as StretchKind[]).filter((kind) => present.has(kind));
  const domain = [0, Math.max(0.001, seconds) * 1.01];
  return {
    title,
    width: WIDTH,
    height: ROW_HEIGHT * agents.length,
    data: { values: stretches },
    encoding: {
      x: {
        field: "from",
        type: "quantitative",
        title: "seconds",
        scale: { domain, nice: false },
        axis: { tickCount: 8, labelFlush: false },
      },
      y: {
        field: "agent",
        type: "nominal",
        title: null,
        scale: { domain: agents },
        axis: { domain: false, ticks: false, labelPadding: 10 },
      },
    },
    layer: [
      ...kinds.map(bars),
      names(stretches, domain[1]!),
      ...marks(moments, domain[1]!),
      legend(kinds),
    ],
  } satisfies ChartSpec;
}

function bars(kind: StretchKind): ChartSpec {
  return {
    transform: [{ filter: { field: "kind", equal: kind } }],
    mark: { type: "bar", strokeWidth: 1, cornerRadius: 3, ...looks[kind] },
    encoding: { x2: { field: "to" } },
  };
}

/** The tasks' names, in the bars that are wide enough. */
function names(stretches: readonly Stretch[], seconds: number): ChartSpec {
  const values = stretches
    .filter(({ from, to, label }) => ((to - from) / seconds) * WIDTH > label.length * 6.8 + 6)
    .map(({ agent, from, to, label }) => ({ agent, from: (from + to) / 2, label }));
  const mark = { type: "text", baseline: "middle", fontSize: 11 };
  return { data: { values }, mark, encoding: { text: { field: "label" } } };
}

/** A line across the row, and why: beside it, on the side where there is room. */
function marks(moments: readonly Moment[], seconds: number): ChartSpec[] {
  const values = moments.map(({ at, ...moment }) => ({ ...moment, from: at }));
  const color = {
    field: "kind",
    type: "nominal",
    scale: { domain: ["process died", "struck off"], range: [COLOUR.failed, COLOUR.ink] },
    legend: null,
  };
  const line = { type: "tick", thickness: 2.5, height: ROW_HEIGHT - 12, opacity: 1 };
  const why = (kind: Moment["kind"], dy: number, align: "left" | "right") => {
    const isNearTheEnd = (from: number) => from > seconds * 0.87;
    const beside = values.filter(
      (it) => it.kind === kind && isNearTheEnd(it.from) === (align === "right"),
    );
    const dx = align === "left" ? 5 : -5;
    const mark = { type: "text", align, dx, dy, fontSize: 10.5, fontWeight: "bold" };
    return { data: { values: beside }, mark, encoding: { color, text: { field: "label" } } };
  };
  return [
    { data: { values }, mark: line, encoding: { color } },
    why("process died", -20, "left"),
    why("process died", -20, "right"),
    why("struck off", 20, "left"),
    why("struck off", 20, "right"),
  ];
}

/** Vega-Lite draws a legend for a scale, so invisible points carry the scale. */
function legend(kinds: StretchKind[]): ChartSpec {
  const channel = (colour: "fill" | "stroke") => ({
    field: "kind",
    type: "nominal",
    scale: { domain: kinds, range: kinds.map((kind) => looks[kind][colour]) },
    legend: { symbolType: "square", symbolStrokeWidth: 1, symbolOpacity: 1, columns: 6 },
  });
  return {
    mark: { type: "point", opacity: 0, size: 1 },
    encoding: { fill: channel("fill"), stroke: channel("stroke") },
  };
}
