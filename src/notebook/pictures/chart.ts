/** Charts: a Vega-Lite specification in, a picture out. */
import type { TopLevelSpec } from "vega-lite";
import { chartConfig } from "./palette";
import { showPicture, svgToPicture, type Picture } from "./picture";

/**
 * A Vega-Lite 5 specification (https://vega.github.io/vega-lite/docs/spec.html). It is typed loosely
 * because a cell would wait seconds for the compiler to read Vega-Lite's own types.
 */
export interface ChartSpec {
  [property: string]: unknown;
}

/** Shows a chart below the cell; `text` says in one line what it shows, for whoever cannot see it. */
export async function showChart(spec: ChartSpec, text: string): Promise<void> {
  showPicture(await drawChart(spec, text));
}

/** Draws a chart in the tutorial's look. */
export async function drawChart(spec: ChartSpec, text: string): Promise<Picture> {
  // Loaded on the first chart: it takes a fifth of a second, and most cells draw nothing.
  const [{ compile }, { parse, View }] = await Promise.all([import("vega-lite"), import("vega")]);
  const compiled = compile({ config: chartConfig, ...spec } as unknown as TopLevelSpec);
  const view = new View(parse(compiled.spec), { renderer: "none" });
  try {
    return await svgToPicture(await view.toSVG(), text);
  } finally {
    view.finalize();
  }
}
