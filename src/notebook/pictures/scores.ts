/** Scores from -1 to 1 side by side: bars to the left and to the right of zero. */
import { drawChart, type ChartSpec } from "./chart";
import { COLOUR } from "./palette";
import { showPicture, type Picture } from "./picture";

/** How to draw scores. */
export interface ScoresOptions {
  title: string;
  /** What either end means, below the axis. */
  unit: string;
}

/** Shows a bar for each score: `showScores({ "chapter 8": -0.4 }, { title, unit: "negative … positive" })`. */
export async function showScores(
  scores: Record<string, number>,
  options: ScoresOptions,
): Promise<void> {
  showPicture(await drawScores(scores, options));
}

/** Draws what showScores shows. @throws RangeError for a number that is no score. */
export async function drawScores(
  scores: Record<string, number>,
  options: ScoresOptions,
): Promise<Picture> {
  for (const [name, score] of Object.entries(scores)) {
    if (score >= -1 && score <= 1) continue;
    throw new RangeError(
      `Cannot draw "${name}" as it must be a score from -1 to 1: current value is ${score}`,
    );
  }
  const text = `Scores. ${options.title}: ${Object.keys(scores).join(", ")}; ${options.unit}.`;
  return drawChart(scoresSpec(scores, options), text);
}

const ROW_HEIGHT = 28;

/** The Vega-Lite specification. The number stands at the bar's end, away from zero. */
export function scoresSpec(
  scores: Record<string, number>,
  { title, unit }: ScoresOptions,
): ChartSpec {
  const values = Object.entries(scores).map(([name, score]) => ({
    name,
    score,
    shown: score.toFixed(2),
  }));
  const ends = ["positive", "negative"].map((sort) => ({
    transform: [{ filter: sort === "positive" ? "datum.score >= 0" : "datum.score < 0" }],
    mark: {
      type: "text",
      align: sort === "positive" ? "left" : "right",
      dx: sort === "positive" ? 6 : -6,
      fontSize: 12,
    },
    encoding: { text: { field: "shown" } },
  }));
  const colour = {
    condition: { test: "datum.score < 0", value: COLOUR.failed },
    value: COLOUR.worker,
  };
  return {
    title,
    width: 480,
    height: ROW_HEIGHT * values.length,
    data: { values },
    encoding: {
      y: {
        field: "name",
        type: "nominal",
        sort: null,
        title: null,
        axis: { domain: false, ticks: false, labelPadding: 10 },
      },
      x: { field: "score", type: "quantitative", title: unit, scale: { domain: domainOf(scores) } },
    },
    layer: [{ mark: { type: "bar", height: 16 }, encoding: { color: colour } }, ...ends],
  };
}

/** As far as the furthest score on both sides, so that zero is in the middle and numbers have room. */
function domainOf(scores: Record<string, number>): [number, number] {
  const furthest = Math.max(0.1, ...Object.values(scores).map(Math.abs));
  const edge = Math.min(1, Math.ceil(furthest * 12) / 10);
  return [-edge, edge];
}
