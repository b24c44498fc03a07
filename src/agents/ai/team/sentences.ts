/** Sentences, as Unicode cuts them. */

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/** The sentences of a text, without the space around them. */
export function sentencesOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment.trim()).filter(Boolean);
}
