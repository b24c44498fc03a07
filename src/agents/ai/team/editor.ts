/** The member of a team that writes the report. */
import type { AIEngine, Usage } from "../../../engines/engine";
import { validated } from "../../validated";
import type { Work } from "../../work";
import { editTask, FREE, type Edition, type EditTask, type Finding } from "./messages";
import { sentencesOf } from "./sentences";

/** How many sentences the report begins with. */
const LEAD_SENTENCES = 2;

/** Work of the service "edit": a lead, and a section for each topic that says nothing twice and names its sources. */
export function editor(engine: AIEngine): Work {
  return validated(editTask, async ({ question, findings }, context): Promise<Edition> => {
    const { signal, taskId } = context;
    const sections = withoutRepetition(findings);
    const text = findings.map(({ answer }) => answer).join("\n\n");
    if (text.trim() === "") return edition(question, sections, NO_ANSWER, FREE);
    const request = { skill: "summary", text, question, most: LEAD_SENTENCES } as const;
    const { output: lead, usage } = await engine.complete(request, { signal, taskId });
    return edition(question, sections, lead, usage);
  });
}

const NO_ANSWER = "Nobody has found an answer.";

function edition(question: string, sections: Finding[], lead: string, usage: Usage): Edition {
  return { report: write({ question, findings: sections }, lead), lead, sections, usage };
}

/** A sentence stays where it comes first. */
function withoutRepetition(findings: readonly Finding[]): Finding[] {
  const said = new Set<string>();
  const isNew = (sentence: string) => !said.has(sentence) && Boolean(said.add(sentence));
  return findings.map((finding) => {
    const answer = sentencesOf(finding.answer).filter(isNew).join(" ");
    const isEmptied = answer === "" && finding.answer !== "";
    return isEmptied ? { ...finding, answer: "All of it is said above." } : { ...finding, answer };
  });
}

function write({ question, findings }: EditTask, lead: string): string {
  const sections = findings.map(({ topic, answer, sources, note }) => [
    `## ${topic}`,
    answer,
    note ? `*${note}*` : "",
    sources.length > 0 ? `*Read for this: ${sources.join("; ")}*` : "",
  ]);
  return [`# ${question}`, lead, ...sections.flat()].filter(Boolean).join("\n\n");
}
