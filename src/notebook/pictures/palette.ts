/** The look that all pictures share. The colours are Okabe and Ito's: told apart by colour-blind eyes. */

/** Every text in a picture, drawn from the font files in `node_modules`. */
export const FONT = "DejaVu Sans";

/** What a colour stands for, the same in every picture. */
export const COLOUR = {
  generator: "#0072b2",
  client: "#0072b2",
  broker: "#8f6f00",
  worker: "#009e73",
  collector: "#a8508a",
  failed: "#d55e00",
  unfinished: "#9aa5ad",
  ink: "#24313a",
  quiet: "#6b7780",
  line: "#d5dbdf",
  paper: "#ffffff",
} as const;

/** Light versions, to stand behind dark text. */
export const TINT = {
  generator: "#d6e8f3",
  client: "#d6e8f3",
  broker: "#f5eac3",
  worker: "#d3efe6",
  collector: "#f1e0eb",
  failed: "#f8ddc9",
  unfinished: "#e8ecee",
} as const;

/** Vega-Lite's `config` for every chart. */
export const chartConfig = {
  font: FONT,
  // The picture is cut to what is drawn, and a background is drawn as far as Vega guesses texts to go.
  background: null,
  padding: 0,
  view: { stroke: null },
  title: {
    anchor: "start",
    frame: "group",
    fontSize: 15,
    fontWeight: "bold",
    color: COLOUR.ink,
    subtitleColor: COLOUR.quiet,
    subtitleFontSize: 12,
    offset: 14,
    limit: 0,
  },
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
    labelColor: COLOUR.ink,
    titleColor: COLOUR.quiet,
    domainColor: COLOUR.line,
    tickColor: COLOUR.line,
    gridColor: "#edf0f2",
    labelLimit: 0,
    titleLimit: 0,
  },
  legend: {
    orient: "bottom",
    title: null,
    direction: "horizontal",
    labelFontSize: 12,
    labelColor: COLOUR.ink,
    labelLimit: 0,
    symbolSize: 120,
    // Vega takes DejaVu's letters for wider than they are, which leaves a gap of its own.
    columnPadding: 0,
    offset: 14,
  },
  text: { color: COLOUR.ink, fontSize: 11 },
} as const;
