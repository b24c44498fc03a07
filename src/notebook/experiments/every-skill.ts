/** What an engine makes of one text, skill by skill. */
import type { AIEngine, Entity, Outputs, Skill } from "../../engines/engine";

/** A row: what was asked, and what came of it in words. */
export interface SkillRow {
  skill: Skill;
  output: string;
}

/** Lets an engine do everything it can with a text, with at most `most` sentences, phrases or entities. */
export async function everySkill(
  engine: AIEngine,
  text: string,
  most?: number,
): Promise<SkillRow[]> {
  const rows: SkillRow[] = [];
  for (const skill of engine.skills) {
    const { output } = await engine.complete({ skill, text, most });
    rows.push({ skill, output: inWords(output) });
  }
  return rows;
}

/** An output as a reader would write it down. */
export function inWords(output: Outputs[Skill]): string {
  if (typeof output === "string") return output;
  if (!Array.isArray(output)) return `${output.label} (${output.score.toFixed(2)})`;
  const words = (output as (string | Entity)[]).map((item) =>
    typeof item === "string" ? item : `${item.text} (${item.type})`,
  );
  return words.join(", ") || "none";
}
