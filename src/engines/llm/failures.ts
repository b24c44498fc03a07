/** What the AI SDK throws, as failures of ours: the SDK's errors carry headers and the whole request. */
import { z } from "zod";
import { EngineFailure, type EngineFailureName } from "../failure";
import { readRetryAfterMs } from "./retry-after";

/** Makes failures of one engine. */
export type Complain = (
  name: EngineFailureName,
  what: string,
  options?: { quote?: string; retryAfterMs?: number },
) => EngineFailure;

/** So much of what a server says is repeated, in characters. */
const MAX_QUOTE = 200;
/** So much of it is looked at. */
const MAX_READ = 4000;

/** Makes failures that say which engine it was, and in which no key is found. */
export function createComplaint(engine: string, redact: (text: string) => string): Complain {
  return (name, what, { quote = "", retryAfterMs } = {}) => {
    const words = redact(quote.slice(0, MAX_READ)).replace(/\s+/g, " ").trim();
    const short = words.length > MAX_QUOTE ? `${words.slice(0, MAX_QUOTE)}…` : words;
    const message = redact(`${engine} ${what}`) + (short ? `: "${short}"` : "");
    return new EngineFailure(name, message.toWellFormed(), { retryAfterMs });
  };
}

/** The parts of an AI_APICallError that we look at; not by its class, which may be loaded twice. */
const apiCallError = z.object({
  name: z.literal("AI_APICallError"),
  statusCode: z.number().optional(),
  responseHeaders: z.record(z.string(), z.string()).optional(),
  responseBody: z.string().optional(),
});

/** What a server sends as its error, in the body of an HTTP error or within a stream. */
const serverError = z.object({ message: z.string(), code: z.unknown().optional() });

/** Names what went wrong, whatever was thrown. */
export function toFailure(thrown: unknown, complain: Complain, now: number): EngineFailure {
  if (thrown instanceof EngineFailure) return thrown;
  const { success, data: call } = apiCallError.safeParse(fieldsOf(thrown));
  if (success && call.statusCode === undefined)
    return complain("EngineUnavailable", `cannot be reached (${codeOf(thrown)})`);
  if (success && call.statusCode! < 300)
    return complain("StreamCut", `was cut off in the middle of its answer (${codeOf(thrown)})`);
  if (success) return toStatusFailure({ ...call, statusCode: call.statusCode! }, complain, now);
  const { name, message } = fieldsOf(thrown);
  if (name === "AI_InvalidResponseDataError")
    return complain("StreamCut", "ended its answer without saying that this was the end");
  if (name === "AI_JSONParseError" || name === "AI_TypeValidationError")
    return complain("InvalidAnswer", "sends a stream that does not follow the protocol");
  if (thrown instanceof Error)
    return complain("EngineUnavailable", `cannot be asked (${String(name)})`, {
      quote: String(message),
    });
  return toStreamedFailure(thrown, complain);
}

interface StatusError extends Omit<z.output<typeof apiCallError>, "name"> {
  statusCode: number;
}

function toStatusFailure(
  { statusCode: status, responseHeaders = {}, responseBody = "" }: StatusError,
  complain: Complain,
  now: number,
): EngineFailure {
  const { quote, code } = readBody(responseBody);
  const retryAfterMs = readRetryAfterMs(responseHeaders, now);
  const what = `answers with status ${status}`;
  return complain(nameOfStatus(status, code), what, { quote, retryAfterMs });
}

/** A stream may begin well and then bring an error, with its status as the code. */
export function toStreamedFailure(thrown: unknown, complain: Complain): EngineFailure {
  const { success, data } = serverError.safeParse(thrown);
  const status = success ? Number(data.code) : NaN;
  const name = status >= 400 ? nameOfStatus(status, undefined) : "EngineUnavailable";
  const quote = success ? data.message : String(thrown);
  return complain(name, "reports an error within its answer", { quote });
}

function nameOfStatus(status: number, code: unknown): EngineFailureName {
  if (code === "insufficient_quota") return "RequestRejected"; // OpenAI's 429 for "no money left"
  if (status === 429) return "RateLimited";
  return status >= 500 || status === 408 || status === 409
    ? "EngineUnavailable"
    : "RequestRejected";
}

function readBody(body: string): { quote: string; code?: unknown } {
  try {
    const { message, code } = serverError.parse((JSON.parse(body) as { error: unknown }).error);
    return { quote: message, code };
  } catch {
    return { quote: body };
  }
}

/** ECONNREFUSED and the like, which is as much as a cause may say. */
function codeOf(thrown: unknown): string {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
    const inner = (error as unknown as { errors?: unknown }).errors; // of an AggregateError: IPv6 and IPv4
    if (Array.isArray(inner) && inner[0]) return codeOf(inner[0]);
  }
  return "no reason given";
}

function fieldsOf(thrown: unknown): Record<string, unknown> {
  return typeof thrown === "object" && thrown !== null ? (thrown as Record<string, unknown>) : {};
}
