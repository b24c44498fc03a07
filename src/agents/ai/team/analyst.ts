/** The member of a team that reads. */
import type { AIEngine } from "../../../engines/engine";
import { validated } from "../../validated";
import type { Work } from "../../work";
import type { Library } from "./library";
import { analysisTask, FREE, type Analysis } from "./messages";

/**
 * Work of the service "analyse": finds passages that speak of the topic, and lets the engine sum up what
 * they say about it. After a critic's no it looks above all for the missing words, reads more, asks for all
 * that is asked, and answers at more length.
 */
export function analyst(engine: AIEngine, library: Library): Work {
  return validated(analysisTask, async (task, { signal, taskId }): Promise<Analysis> => {
    const { topic, words, round, missing } = task;
    const passages = library.search([topic, topic, ...words, ...missing].join(" "), 1 + round);
    if (passages.length === 0) return { answer: "", sources: [], usage: FREE };
    const text = passages.map((passage) => passage.text).join("\n\n");
    const asked = round === 1 ? [topic] : new Set([topic, ...words, ...missing]);
    const question = `What about ${[...asked].join(", ")}?`;
    const request = { skill: "summary", text, question, most: 1 + round } as const;
    const { output: answer, usage } = await engine.complete(request, { signal, taskId });
    return { answer, sources: [...new Set(passages.map(({ title }) => title))], usage };
  });
}
