import assert from "node:assert/strict";
import { test } from "node:test";
import { drawTeam, teamDiagram } from "../../../src/notebook/pictures/team-diagram";
import { assertCrispPng } from "./png";

const timeout = 60_000;

test("each service is a flow from the broker to those who offer it", { timeout }, () => {
  const { flows } = teamDiagram({ members: { Ann: "plan", Bob: "edit", Cleo: "edit" } });
  assert.deepEqual(
    flows.map(({ label, to }) => [label, to.map(([name]) => name)]),
    [
      ["requests, answers", ["Broker"]],
      ['"plan"', ["Ann"]],
      ['"edit"', ["Bob", "Cleo"]],
    ],
  );
});

test("is a PNG that fits below a cell", { timeout }, async () => {
  const picture = await drawTeam();
  assertCrispPng(picture);
  assert.ok(picture.width < 950, `${picture.width}`);
});
