/** What an answer looks like, to check one that comes from outside: from a model or from a file. */
import { z } from "zod";
import type { Outputs, Skill } from "./engine";

/** A schema for the output of each skill. */
export const outputSchemas = {
  sentiment: z.object({
    score: z.number().min(-1).max(1),
    label: z.enum(["positive", "neutral", "negative"]),
  }),
  entities: z.array(z.object({ text: z.string(), type: z.string() })),
  "key-phrases": z.array(z.string()),
  summary: z.string(),
} satisfies { [S in Skill]: z.ZodType<Outputs[S]> };
