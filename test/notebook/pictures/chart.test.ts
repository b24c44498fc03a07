import { test } from "node:test";
import { drawChart } from "../../../src/notebook/pictures/chart";
import { assertCrispPng } from "./png";

test("draws any Vega-Lite specification", { timeout: 240_000 }, async () => {
  const values = [1, 4, 9].map((y, x) => ({ x, y }));
  const encoding = {
    x: { field: "x", type: "quantitative" },
    y: { field: "y", type: "quantitative" },
  };
  assertCrispPng(await drawChart({ data: { values }, mark: "line", encoding }, "squares"));
});
