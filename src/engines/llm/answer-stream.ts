/** One answer of a model, as it comes over the network, through the AI SDK. */
import { z } from "zod";
import type { EngineRequest } from "../engine";
import { toStreamedFailure, type Complain } from "./failures";
import { answerSchemas, instructionsFor } from "./prompts";
import type { readSettings } from "./settings";

/** What is heard of an answer; texts put together are the answer. */
export type Heard =
  | { type: "text"; text: string }
  /** The model has come to its end: whatever happens to the connection now, the answer is there. */
  | { type: "whole" }
  /** What it cost, if the server counts. */
  | { type: "tokens"; tokens?: Tokens }
  /** A sign of life, no more. */
  | { type: "life" };

export type Tokens = { input: number; output: number };

/** Asks a model. */
export type Ask = (request: EngineRequest, signal: AbortSignal) => AsyncGenerator<Heard>;

/** Connects to nothing yet: loads the AI SDK, which who uses another engine need not wait for. */
export async function openModel(
  { baseURL, model, apiKey, structuredOutputs }: ReturnType<typeof readSettings>,
  complain: Complain,
): Promise<Ask> {
  const { Output, streamText } = await import("ai");
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const provider = createOpenAICompatible({
    name: "llm",
    baseURL,
    apiKey,
    supportsStructuredOutputs: structuredOutputs,
    includeUsage: true,
    fetch: createFetch(complain),
  });

  return async function* ask(request, signal) {
    const schema: z.ZodType | undefined = answerSchemas[request.skill];
    const asJson = () => (structuredOutputs && schema ? Output.object({ schema }) : Output.json());
    const { fullStream } = streamText({
      model: provider(model),
      system: instructionsFor(request),
      prompt: request.text,
      temperature: 0,
      output: schema ? asJson() : Output.text(),
      maxRetries: 0, // there is one retry policy, the client's: it knows what a task has cost already
      abortSignal: signal,
      includeRawChunks: true, // the SDK gives a finish reason only after the connection has ended well
      onError: () => {}, // or it prints the error, headers and all
    });
    let ending: Ending | undefined;
    for await (const part of fullStream) {
      if (part.type === "error") throw part.error;
      if (part.type === "raw") ending = readEvent(part.rawValue, complain) ?? ending;
      if (part.type === "text-delta") yield { type: "text", text: part.text };
      if (part.type === "finish") yield { type: "tokens", tokens: readTokens(part.totalUsage) };
      // The event that says "stop" may bring the last of the text as well, and the SDK hands that on after it.
      const isLast = ending && part.type === (ending.hasText ? "text-delta" : "raw");
      yield isLast || part.type === "finish" ? { type: "whole" } : { type: "life" };
    }
  };
}

/** A web page in place of a stream would count as a stream that was cut: worth a retry. It is not. */
function createFetch(complain: Complain): typeof fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    const type = response.headers.get("content-type") ?? "";
    if (!response.ok || !/^(text\/html|application\/json)/i.test(type)) return response;
    await response.body?.cancel();
    throw complain(
      "RequestRejected",
      `answers with ${type} in place of a stream: is its address right?`,
    );
  };
}

/** The parts of an event that the SDK keeps to itself. */
const event = z.object({
  error: z.unknown().optional(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        delta: z
          .object({ refusal: z.unknown().optional(), content: z.unknown().optional() })
          .nullish(),
      }),
    )
    .optional(),
});

/** The event that says that the answer is whole. */
type Ending = { hasText: boolean };

/** @throws EngineFailure when the model refuses, was stopped in the middle, or fails. */
function readEvent(value: unknown, complain: Complain): Ending | undefined {
  const { data } = event.safeParse(value);
  if (data?.error != null) throw toStreamedFailure(data.error, complain);
  const { finish_reason: finish, delta } = data?.choices?.[0] ?? {};
  const refusal = delta?.refusal;
  if (typeof refusal === "string" && refusal !== "")
    throw complain("Refused", "refuses to answer", { quote: refusal });
  if (finish == null) return undefined;
  if (finish === "stop") return { hasText: Boolean(delta?.content) };
  if (finish === "content_filter") throw complain("Refused", "may not answer: its content filter");
  const why = finish === "length" ? "its answer became too long" : `it ended with "${finish}"`;
  throw complain("InvalidAnswer", `gave no whole answer: ${why}`);
}

/** Some servers do not count. */
function readTokens({ inputTokens: input, outputTokens: output }: Counted): Tokens | undefined {
  return input === undefined || output === undefined ? undefined : { input, output };
}

interface Counted {
  inputTokens: number | undefined;
  outputTokens: number | undefined;
}
