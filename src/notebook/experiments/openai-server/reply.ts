/** What the server says to a request, and how it goes wrong. */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** What a request is answered with. */
export type Reply =
  /** Streams `text` to the end, with what it cost; `finish` says why it ended, null: not at all. */
  | { kind: "answer"; text: string; finish?: string | null; usage?: Tokens | null; paceMs?: number }
  /** Streams `text` to the end, though it is not what was asked for: no JSON, say. */
  | { kind: "nonsense"; text: string }
  /** Fails with an HTTP status. */
  | { kind: "status"; status: number; headers?: Record<string, string>; body?: string }
  /** Streams `text`, with a `finish` if there is one, then says nothing any more. */
  | { kind: "stall"; text: string; finish?: string }
  /** Streams `text`, with a `finish` if there is one, then cuts the connection. */
  | { kind: "cut"; text: string; finish?: string }
  /** The model does not want to. */
  | { kind: "refuse"; text: string }
  /** Writes these lines as the events of the stream, whatever they are. */
  | { kind: "raw"; events: string[]; contentType?: string }
  /** Fails, and repeats the key in its words: as it is, in base64, and for a URL. */
  | { kind: "echo-key"; status: number };

/** What an answer cost, as the server counts it. */
export type Tokens = { prompt_tokens: number; completion_tokens: number };

/** Tells whether a reply is an answer as it should be: the model came to its end. */
export function isGood(reply: Reply): boolean {
  return reply.kind !== "nonsense" && finishOf(reply) === "stop";
}

function finishOf(reply: Reply): string | undefined {
  if (reply.kind === "nonsense") return "stop";
  if (reply.kind === "cut" || reply.kind === "stall") return reply.finish;
  if (reply.kind !== "answer" || reply.finish === null) return undefined;
  return reply.finish ?? "stop";
}

/** Answers, and tells when all was sent or the client had hung up. */
export async function sendReply(
  reply: Reply,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<"whole" | "aborted"> {
  const hangUp = new AbortController();
  let isDone = false;
  response.once("close", () => {
    if (!isDone) hangUp.abort();
  });
  try {
    await play(reply, request, response, hangUp.signal);
    isDone = true;
    return "whole";
  } catch (error) {
    if (hangUp.signal.aborted) return "aborted";
    throw error;
  }
}

async function play(
  reply: Reply,
  { headers: { authorization = "" } }: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  if (reply.kind === "status") return fail(response, reply.status, reply.body, reply.headers);
  if (reply.kind === "echo-key") return fail(response, reply.status, repeatKey(authorization));
  const contentType = reply.kind === "raw" ? reply.contentType : undefined;
  response.writeHead(200, { "content-type": contentType ?? "text/event-stream" });
  for (const event of eventsOf(reply)) {
    signal.throwIfAborted();
    response.write(`data: ${event}\n\n`);
    if (reply.kind === "answer") await delay(reply.paceMs ?? 0, undefined, { signal });
  }
  if (reply.kind === "stall") await once(response, "never", { signal });
  if (reply.kind === "cut") return cut(response);
  response.end();
  await once(response, "finish", { signal });
}

/** Half of what was said has to be through, or the client would never see that there was something. */
function cut(response: ServerResponse): Promise<void> {
  return new Promise((resolve) =>
    response.write(": \n\n", () => {
      response.socket?.resetAndDestroy();
      resolve();
    }),
  );
}

async function fail(
  response: ServerResponse,
  status: number,
  body = JSON.stringify({ error: { message: `This fails with ${status}, as the script says.` } }),
  headers: Record<string, string> = {},
): Promise<void> {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body);
  await once(response, "finish");
}

function repeatKey(authorization: string): string {
  const key = authorization.replace(/^Bearer /, "");
  const forms = [key, Buffer.from(key).toString("base64"), encodeURIComponent(key)];
  const header = Buffer.from(authorization).toString("base64");
  const message = `Not for ${authorization}: ${forms.join(" or ")}, nor ${header}`;
  return JSON.stringify({ error: { message } });
}

/** The lines of a stream; a text goes out in pieces of a few letters, as tokens would. */
function eventsOf(reply: Exclude<Reply, { kind: "status" } | { kind: "echo-key" }>): string[] {
  if (reply.kind === "raw") return reply.events;
  if (reply.kind === "refuse") return [chunk({ refusal: reply.text }), chunk({}, "stop"), "[DONE]"];
  const pieces = reply.text.match(/.{1,8}/gsu) ?? [];
  const said = pieces.map((content) => chunk({ content }));
  const finish = finishOf(reply);
  if (finish) said.push(chunk({}, finish));
  if ((reply.kind !== "answer" && reply.kind !== "nonsense") || !finish) return said;
  const { usage = { prompt_tokens: 100, completion_tokens: pieces.length } } =
    reply.kind === "answer" ? reply : {};
  const cost = usage ? [JSON.stringify({ id: "chat", choices: [], usage })] : [];
  return [...said, ...cost, "[DONE]"];
}

function chunk(delta: Record<string, unknown>, finish_reason: string | null = null): string {
  return JSON.stringify({
    id: "chat",
    object: "chat.completion.chunk",
    created: 0,
    model: "script",
    choices: [{ index: 0, delta, finish_reason }],
  });
}
