/** A few measured numbers side by side, as bars with the number at the end. */
import { drawChart, type ChartSpec } from "./chart";
import { COLOUR } from "./palette";
import { showPicture, type Picture } from "./picture";

/** How to draw bars. */
export interface BarsOptions {
  /** What is compared, in words. */
  title: string;
  /** What the numbers count, below the axis: "seconds", "tasks per second". */
  unit: string;
}

/** Shows a bar for each number: `showBars({ "two workers": 3.6 }, { title, unit })`. */
export async function showBars(
  numbers: Record<string, number>,
  options: BarsOptions,
): Promise<void> {
  showPicture(await drawBars(numbers, options));
}

/** Draws what showBars shows. @throws RangeError for a number that a bar cannot show. */
export async function drawBars(
  numbers: Record<string, number>,
  options: BarsOptions,
): Promise<Picture> {
  checkLengths(numbers);
  const text = `Bars. ${options.title}: ${Object.keys(numbers).join(", ")}, in ${options.unit}.`;
  return drawChart(barsSpec(numbers, options), text);
}

/** @throws RangeError for a number that a bar cannot show. */
export function checkLengths(numbers: Record<string, number>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isFinite(value) && value >= 0) continue;
    throw new RangeError(
      `Cannot draw "${name}" as it must be a number, 0 or more: current value is ${value}`,
    );
  }
}

const ROW_HEIGHT = 36;

/** The Vega-Lite specification of the bars. */
export function barsSpec(numbers: Record<string, number>, { title, unit }: BarsOptions): ChartSpec {
  const values = Object.entries(numbers).map(([name, value]) => ({
    name,
    value,
    shown: threeFigures(value),
  }));
  return {
    title,
    width: 560,
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
      x: { field: "value", type: "quantitative", title: unit, axis: { tickCount: 6 } },
    },
    layer: [
      { mark: { type: "bar", height: 20, color: COLOUR.generator, cornerRadiusEnd: 3 } },
      {
        mark: { type: "text", align: "left", dx: 6, fontSize: 12 },
        encoding: { text: { field: "shown" } },
      },
    ],
  };
}

/** 0.0123, 3.6, 712, 95,700: more figures would claim more than was measured. */
function threeFigures(value: number): string {
  return new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }).format(value);
}
