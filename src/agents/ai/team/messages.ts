/** What the members of a team ask each other, and what they answer. All of it travels as data of tasks and results. */
import { z } from "zod";
import type { Usage } from "../../../engines/engine";

/** The services of a team, one a role. */
export const PLAN = "plan";
export const ANALYSE = "analyse";
export const CRITICISE = "criticise";
export const EDIT = "edit";

/** What an answer cost, as its engine counts: times are in milliseconds. */
const usage: z.ZodType<Usage> = z.object({
  unit: z.enum(["words", "tokens"]),
  input: z.number(),
  output: z.number(),
  durationMs: z.number(),
});

/** What it costs to ask no engine. */
export const FREE: Usage = { unit: "words", input: 0, output: 0, durationMs: 0 };

/**
 * One thing to find out. `words`: what the question asks of it, the words of other topics left out.
 */
export const topic = z.object({ topic: z.string(), words: z.array(z.string()) });

/** To the planner. */
export const planTask = z.object({ question: z.string().trim().min(1) });

/** From the planner. */
export const plan = z.object({ topics: z.array(topic).min(1), usage });

/** To an analyst. `missing`: the words that the critic has missed in the rounds before. */
export const analysisTask = topic.extend({
  round: z.int().min(1),
  missing: z.array(z.string()),
});

/** From an analyst. `sources`: the titles of the documents that it has read for this answer. */
export const analysis = z.object({ answer: z.string(), sources: z.array(z.string()), usage });

/** To the critic. */
export const critiqueTask = topic.extend({ answer: z.string() });

/** From the critic. `score`: from 0 to 1. `missing`: words of the topic and of what is asked that the answer does not mention. */
export const verdict = z.object({
  accepted: z.boolean(),
  score: z.number(),
  missing: z.array(z.string()),
  reason: z.string(),
  usage,
});

/** What is known of a topic in the end. `note`: what a reader of the report should know about the answer. */
export const finding = z.object({
  topic: z.string(),
  answer: z.string(),
  sources: z.array(z.string()),
  note: z.string().optional(),
});

/** To the editor. */
export const editTask = z.object({ question: z.string(), findings: z.array(finding) });

/** From the editor. `report`: the whole of it, in Markdown. */
export const edition = z.object({
  report: z.string(),
  lead: z.string(),
  sections: z.array(finding),
  usage,
});

export type Topic = z.infer<typeof topic>;
export type PlanTask = z.infer<typeof planTask>;
export type Plan = z.infer<typeof plan>;
export type AnalysisTask = z.infer<typeof analysisTask>;
export type Analysis = z.infer<typeof analysis>;
export type CritiqueTask = z.infer<typeof critiqueTask>;
export type Verdict = z.infer<typeof verdict>;
export type Finding = z.infer<typeof finding>;
export type EditTask = z.infer<typeof editTask>;
export type Edition = z.infer<typeof edition>;
