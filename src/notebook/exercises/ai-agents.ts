/** The exercise of chapter 13: a new skill for the team, an agent that explains the words of a report. */
import type { Usage } from "../../engines/engine";
import { majordomoClientAgent } from "../../agents/majordomo/client";
import type { Work } from "../../agents/work";
import type { Payload } from "../../messages/payload";
import { lab } from "../lab/lab";
import { AgentTrial, TrialOver, type AgentOf, type GlossaryEntry } from "./ai-agents-trial";
import { showVerdict, type Verdict } from "./verdict";

/** Puts the reader's agent beside the team, lets it explain the team's report, and shows how it went. */
export async function checkGlossary(glossary: AgentOf): Promise<void> {
  showVerdict(await tryGlossary(glossary));
}

/** Explains each key phrase of a text by the sentence that says most about it. */
export const solveGlossary: AgentOf =
  (engine): Work =>
  async (data, { signal, taskId }) => {
    const { text } = data as { text: string };
    const options = { signal, taskId };
    const phrases = await engine.complete({ skill: "key-phrases", text }, options);
    const usages = [phrases.usage];
    const entries: GlossaryEntry[] = [];
    for (const term of phrases.output) {
      const request = { skill: "summary", text, question: term, most: 1 } as const;
      const { output: meaning, usage } = await engine.complete(request, options);
      entries.push({ term, meaning });
      usages.push(usage);
    }
    return { entries, usage: totalUsage(usages) };
  };

/** Adds up what several answers have cost, all counted in the unit of the first. @throws RangeError without one. */
export function totalUsage(usages: readonly Usage[]): Usage {
  const [first] = usages;
  if (!first) throw new RangeError("Cannot add up usages as there is none.");
  const sum = (of: (usage: Usage) => number) =>
    usages.reduce((total, usage) => total + of(usage), 0);
  return {
    unit: first.unit,
    input: sum(({ input }) => input),
    output: sum(({ output }) => output),
    durationMs: sum(({ durationMs }) => durationMs),
  };
}

/** Tells what checkGlossary shows. */
export async function tryGlossary(glossary: AgentOf): Promise<Verdict> {
  return lab("exercise of chapter 13", async (room) => {
    try {
      const trial = await AgentTrial.open(glossary, room);
      let explanation = "";
      const converse = async (ask: AgentTrial["ask"]) => {
        trial.ask = ask;
        explanation = await examine(trial);
      };
      const { brokerAddr } = trial;
      await room.use(
        majordomoClientAgent({ brokerAddr, signal: room.signal, maxAttempts: 1, converse }),
      );
      return { passed: true, explanation };
    } catch (error) {
      if (!(error instanceof TrialOver)) throw error;
      return { passed: false, explanation: error.message };
    }
  });
}

/** @returns what to say when all is well. */
async function examine(trial: AgentTrial): Promise<string> {
  const text = await trial.report();
  const answer = await trial.explain(text);
  const entries = readEntries(answer);
  for (const entry of entries) judge(entry, text);
  trial.judgeCost((answer as { usage?: unknown }).usage);
  await trial.giveUp(text);
  const [{ term, meaning }] = entries as [GlossaryEntry];
  return `The team wrote its report, and your agent explained ${entries.length} terms of it, each by a sentence that mentions it (“${term}”: *${meaning}*). Its cost is right, and when the client gave up, its engine stopped.`;
}

function readEntries(answer: Payload): GlossaryEntry[] {
  const entries = (answer as { entries?: unknown } | null)?.entries;
  if (!Array.isArray(entries) || entries.length === 0)
    throw new TrialOver(
      `your agent answered ${short(answer)}, and there is no list \`entries\` with something in it.`,
    );
  for (const entry of entries as unknown[]) {
    const { term, meaning } = (entry ?? {}) as Partial<GlossaryEntry>;
    if (typeof term === "string" && typeof meaning === "string") continue;
    throw new TrialOver(`an entry is ${short(entry)}: it needs a \`term\` and a \`meaning\`.`);
  }
  return entries as GlossaryEntry[];
}

/** An agent must not make things up. */
function judge({ term, meaning }: GlossaryEntry, text: string): void {
  const plain = (words: string) => words.toLowerCase().replace(/\s+/g, " ").trim();
  const explained = `“${term}” is explained by “${meaning}”`;
  if (term.trim() === "" || !plain(text).includes(plain(term)))
    throw new TrialOver(`your agent explains “${term}”, and the report does not speak of that.`);
  if (meaning.trim() === "" || !plain(text).includes(plain(meaning)))
    throw new TrialOver(
      `${explained}, and no sentence of the report says so. Let the engine find one: a summary of one sentence, with the term as its question.`,
    );
  const words = plain(term).split(" ");
  if (words.some((word) => plain(meaning).includes(word))) return;
  throw new TrialOver(
    `${explained}, which does not mention it. A summary without a \`question\` is about the text as a whole.`,
  );
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return `\`${text.length > 80 ? `${text.slice(0, 79)}…` : text}\``;
}
