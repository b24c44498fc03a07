/** How much faster several workers are than one, beside what the machine could give. */
import { drawChart, type ChartSpec } from "./chart";
import { COLOUR } from "./palette";
import { showPicture, type Picture } from "./picture";

/** One measured number of workers. */
export interface SpeedUpPoint {
  workers: number;
  /** How many times as fast as one worker. */
  speedUp: number;
  /** How many cores the machine has. */
  cores: number;
}

/** Shows the measured speed-up as points, and the best that this machine allows as a line. */
export async function showSpeedUp(points: readonly SpeedUpPoint[]): Promise<void> {
  showPicture(await drawSpeedUp(points));
}

/** Draws what showSpeedUp shows. @throws RangeError without a point. */
export async function drawSpeedUp(points: readonly SpeedUpPoint[]): Promise<Picture> {
  if (points.length === 0) throw new RangeError("Cannot draw a speed-up as nothing was measured.");
  const workers = points.map((point) => point.workers).join(", ");
  return drawChart(
    speedUpSpec(points),
    `Points. How many times as fast as one worker are ${workers} workers, beside the best this machine allows.`,
  );
}

/** The Vega-Lite specification. */
export function speedUpSpec(points: readonly SpeedUpPoint[]): ChartSpec {
  const cores = points[0]!.cores;
  const most = Math.max(...points.map(({ workers }) => workers));
  const best = [1, Math.min(cores, most), most].map((workers) => ({
    workers,
    times: Math.min(workers, cores),
  }));
  const measured = points.map(({ workers, speedUp }) => ({
    workers,
    times: speedUp,
    shown: `${speedUp.toFixed(1)} ×`,
  }));
  const highest = Math.max(...[...best, ...measured].map(({ times }) => times));
  const scale = (end: number) => ({ domain: [0, end], nice: false });
  const ticks = { values: points.map(({ workers }) => workers), grid: false, format: "d" };
  return {
    title: {
      text: "How many times as fast as one worker",
      subtitle: `The line: the best that ${cores} ${cores === 1 ? "core" : "cores"} can give`,
    },
    width: 420,
    height: 240,
    encoding: {
      x: {
        field: "workers",
        type: "quantitative",
        title: "workers, a process each",
        axis: ticks,
        scale: scale(most + 0.6),
      },
      y: {
        field: "times",
        type: "quantitative",
        title: "times as fast",
        axis: { tickMinStep: 1, format: "d" },
        scale: scale(highest + 0.6),
      },
    },
    layer: [
      { data: { values: best }, mark: { type: "line", color: COLOUR.unfinished, strokeWidth: 2 } },
      {
        data: { values: measured },
        mark: { type: "point", filled: true, size: 120, opacity: 1, color: COLOUR.worker },
      },
      {
        data: { values: measured },
        mark: { type: "text", align: "left", dx: 10, dy: 12, fontSize: 12 },
        encoding: { text: { field: "shown" } },
      },
    ],
  };
}
