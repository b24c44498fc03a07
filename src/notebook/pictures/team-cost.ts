/** What each member of a team has cost, as bars. */
import type { MemberCost } from "../../orchestration/team/team-report";
import { showGroupedBars, type GroupedNumbers } from "./grouped-bars";

/** Shows what each member's engine has read, in words or tokens, and how long it took. */
export async function showTeamCost(costs: readonly MemberCost[]): Promise<void> {
  await showGroupedBars(costGroups(costs), { title: "What each agent cost", unit: "" });
}

/** The numbers of the picture; all members are counted in one unit. */
export function costGroups(costs: readonly MemberCost[]): GroupedNumbers {
  const unit = costs[0]?.unit ?? "words";
  const of = (figure: (cost: MemberCost) => number) =>
    Object.fromEntries(costs.map((cost) => [cost.member, figure(cost)]));
  return {
    [`${unit} read and written`]: of(({ input, output }) => input + output),
    "milliseconds of thinking": of(({ seconds }) => seconds * 1000),
  };
}
