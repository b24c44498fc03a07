/** The same few things, measured in several cases: a group of bars for each case, on a scale of its own. */
import { barsSpec, checkLengths, type BarsOptions } from "./bars";
import { drawChart, type ChartSpec } from "./chart";
import { showPicture, type Picture } from "./picture";

/** Numbers by case, and in each by what was measured. */
export type GroupedNumbers = Record<string, Record<string, number>>;

/** Shows a group of bars for each case: `showGroupedBars({ "a small task": { json: 101 } }, { title, unit })`. */
export async function showGroupedBars(groups: GroupedNumbers, options: BarsOptions): Promise<void> {
  showPicture(await drawGroupedBars(groups, options));
}

/** Draws what showGroupedBars shows. @throws RangeError for a number that a bar cannot show. */
export async function drawGroupedBars(
  groups: GroupedNumbers,
  options: BarsOptions,
): Promise<Picture> {
  Object.values(groups).forEach(checkLengths);
  const text = `Bars. ${options.title}: ${Object.keys(groups).join("; ")}, in ${options.unit}, each on a scale of its own.`;
  return drawChart(groupedBarsSpec(groups, options), text);
}

/** The Vega-Lite specification. */
export function groupedBarsSpec(groups: GroupedNumbers, { title, unit }: BarsOptions): ChartSpec {
  const cases = Object.entries(groups);
  const parts = cases.map(([name, numbers], index) => {
    const isLast = index === cases.length - 1;
    const spec = barsSpec(numbers, { title: name, unit: isLast ? unit : "" });
    return { ...spec, title: { text: name, fontSize: 12, offset: 8 } };
  });
  return { title, vconcat: parts, spacing: 14 };
}
