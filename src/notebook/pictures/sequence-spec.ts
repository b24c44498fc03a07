/** A sequence diagram in Vega-Lite: x counts lifelines from 0, y counts messages from 1. */
import type { ChartSpec } from "./chart";
import { COLOUR, TINT } from "./palette";
import { roleOf } from "./recording";
import { participants, type RecordedMessage } from "./sequence-data";

const COLUMN_WIDTH = 168;
const ROW_HEIGHT = 24;

const roles = ["generator", "client", "broker", "worker", "collector"] as const;

/** The kinds of messages, in the order of their colours. */
const sorts = [...roles, "failed"] as const;

/** The Vega-Lite specification of the first `limit` messages. */
export function sequenceSpec(
  messages: readonly RecordedMessage[],
  origin: number,
  limit: number,
  title: string,
): ChartSpec {
  const agents = participants(messages);
  const drawn = messages.slice(0, limit);
  const left = messages.length - drawn.length;
  const scale = (domain: [number, number]) => ({ domain, nice: false, zero: false });
  return {
    title:
      left > 0
        ? { text: title, subtitle: `The first ${limit} messages; ${left} more are left out` }
        : title,
    width: COLUMN_WIDTH * agents.length,
    height: ROW_HEIGHT * (drawn.length + 2.5),
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        axis: null,
        scale: scale([-0.5, agents.length - 0.5]),
      },
      y: { field: "y", type: "quantitative", axis: null, scale: scale([drawn.length + 1, -1.5]) },
    },
    layer: [
      ...lifelines(agents, drawn.length + 0.8),
      ...arrows(drawn, agents),
      ...marks(drawn, agents),
      labels(drawn, agents),
      times(drawn, origin),
    ],
  };
}

function lifelines(agents: string[], end: number): ChartSpec[] {
  const values = agents.map((name, x) => ({ name, x, y: 0, y2: end, role: roleOf(name) }));
  const head = { type: "rect", width: 116, height: 28, cornerRadius: 5, strokeWidth: 1.5 };
  const by = (colours: Record<(typeof roles)[number], string>) => ({
    field: "role",
    type: "nominal",
    scale: { domain: roles, range: roles.map((role) => colours[role]) },
    legend: null,
  });
  const headAt = { y: { datum: -0.6, type: "quantitative" } };
  return [
    {
      data: { values },
      mark: { type: "rule", color: COLOUR.line, strokeWidth: 1.5 },
      encoding: { y2: { field: "y2" } },
    },
    { data: { values }, mark: head, encoding: { ...headAt, fill: by(TINT), stroke: by(COLOUR) } },
    {
      data: { values },
      mark: { type: "text", fontSize: 13, fontWeight: "bold" },
      encoding: { ...headAt, text: { field: "name" } },
    },
  ];
}

/** A shaft as far as the last receiver, and a head at each. */
function arrows(messages: readonly RecordedMessage[], agents: string[]): ChartSpec[] {
  const heads = messages.flatMap(({ from, to, sort }, index) => {
    const x = agents.indexOf(from);
    const ends = to.map((receiver) => agents.indexOf(receiver));
    return ends.map((end) => ({ y: index + 1, x, end, angle: end > x ? 90 : 270, sort }));
  });
  const shafts = heads.filter(({ y }, index) => heads[index + 1]?.y !== y);
  const color = {
    field: "sort",
    type: "nominal",
    scale: { domain: sorts, range: sorts.map((sort) => COLOUR[sort]) },
    legend: null,
  };
  const angle = { field: "angle", type: "quantitative", scale: null };
  const head = {
    type: "point",
    filled: true,
    shape: "M0,0 L-0.4,1 L0.4,1 Z",
    size: 420,
    opacity: 1,
  };
  return [
    {
      data: { values: shafts },
      mark: { type: "rule", strokeWidth: 1.5 },
      encoding: { x2: { field: "end" }, color },
    },
    {
      data: { values: heads },
      mark: head,
      encoding: { x: { field: "end", type: "quantitative" }, color, angle },
    },
  ];
}

/** What befell an agent: a cross on its lifeline. */
function marks(messages: readonly RecordedMessage[], agents: string[]): ChartSpec[] {
  const values = messages.flatMap(({ from, to, label }, index) =>
    to.length > 0 ? [] : [{ x: agents.indexOf(from), y: index + 1, label }],
  );
  const text = { type: "text", baseline: "middle", color: COLOUR.failed };
  return [
    {
      data: { values },
      mark: { ...text, fontSize: 15, fontWeight: "bold" },
      encoding: { text: { value: "✗" } },
    },
    {
      data: { values },
      mark: { ...text, align: "left", dx: 9, fontSize: 11.5 },
      encoding: { text: { field: "label" } },
    },
  ];
}

/** A label stands beside the worker, or between client and broker: where no lifeline crosses it. */
function labels(messages: readonly RecordedMessage[], agents: string[]): ChartSpec {
  const values = messages.flatMap(({ from, to: [to], label }, index) => {
    if (to === undefined) return [];
    const [x, x2] = [agents.indexOf(from), agents.indexOf(to)];
    const beside = roleOf(to) === "collector" ? x + 0.5 : Math.max(x, x2) - 0.5;
    return [{ x: beside, y: index + 1, label }];
  });
  return {
    data: { values },
    mark: { type: "text", dy: -6, baseline: "alphabetic", fontSize: 11.5 },
    encoding: { text: { field: "label" } },
  };
}

function times(messages: readonly RecordedMessage[], origin: number): ChartSpec {
  const values = messages.map(({ at }, index) => ({
    x: -0.42,
    y: index + 1,
    label: `${((at - origin) / 1000).toFixed(2)} s`,
  }));
  return {
    data: { values },
    mark: { type: "text", align: "right", baseline: "middle", color: COLOUR.quiet, fontSize: 11 },
    encoding: { text: { field: "label" } },
  };
}
