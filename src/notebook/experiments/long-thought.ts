/** Something that takes an engine seconds, without a pause: a feeling about the whole tutorial, many times over. */
import { engineWork } from "../../agents/ai/engine-work";
import type { Work } from "../../agents/work";
import type { AIEngine } from "../../engines/engine";
import { readChapters } from "./chapters";

/** Work whose task is a number: over how many copies of the tutorial to think, as one text. */
export function thinkLong(engine: AIEngine): Work {
  const work = engineWork(engine);
  return (copies, context) => {
    const tutorial = readChapters().map(({ text }) => text);
    const text = Array<string[]>(Number(copies)).fill(tutorial).flat().join("\n\n");
    return work({ skill: "sentiment", text }, context);
  };
}
