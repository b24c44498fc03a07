/**
 * A server that speaks like OpenAI's chat completions, on this machine and without a model: it says what its
 * script says, goes wrong as its script says, and keeps a record of every request.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { isGood, sendReply, type Reply } from "./openai-server/reply";

export type { Reply } from "./openai-server/reply";

/** What a script is told of a request. */
export interface ChatRequest {
  /** What the last message says: the text that the engine is given. */
  text: string;
  /** The whole body. */
  body: Record<string, unknown>;
  /** Which request of this task it is, from 1. */
  attempt: number;
}

/** Decides what a request is answered with. */
export type Script = (request: ChatRequest) => Reply | Promise<Reply>;

/** One request, as the server saw it. It does not keep the key, but whether there was one. */
export interface ChatRecord {
  task: string;
  attempt: number;
  kind: Reply["kind"];
  /** When it came and when it ended, in milliseconds of `performance.now()`. */
  at: number;
  endedAt?: number;
  hadKey: boolean;
  /** "whole": all that the script says was sent; "aborted": the client hung up before. */
  outcome: "open" | "whole" | "aborted";
}

/** Options of {@link startOpenAIServer}. */
export interface OpenAIServerOptions {
  /** Tells which task a text belongs to. Default: the text itself. */
  taskOf?: (text: string) => string;
  /** Takes every request that has ended. Default: nobody does. */
  onEnded?: (record: ChatRecord) => void;
}

/** A server that runs. */
export interface OpenAIServer {
  /** What an engine is given as its address. */
  baseURL: string;
  /** In the order in which they came. */
  records: ChatRecord[];
  /** How many answers as they should be were sent whole to a task: each of them costs money. */
  paidAnswers(task: string): number;
  close(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startOpenAIServer(
  script: Script,
  { taskOf = (text) => text, onEnded = () => {} }: OpenAIServerOptions = {},
): Promise<OpenAIServer> {
  const records: ChatRecord[] = [];
  const good = new Map<string, number>();
  const server = createServer((request, response) => void serve(request, response));
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await json(request).catch(() => response.destroy());
    if (response.destroyed) return; // hung up before it had asked
    const text = lastMessage(body as Record<string, unknown>);
    const task = taskOf(text);
    const attempt = 1 + records.filter((record) => record.task === task).length;
    const hadKey = request.headers.authorization !== undefined;
    const at = performance.now();
    const record: ChatRecord = { task, attempt, kind: "answer", at, hadKey, outcome: "open" };
    records.push(record);
    const reply = await script({ text, body: body as Record<string, unknown>, attempt });
    record.kind = reply.kind;
    record.outcome = await sendReply(reply, request, response);
    record.endedAt = performance.now();
    if (record.outcome === "whole" && isGood(reply)) good.set(task, (good.get(task) ?? 0) + 1);
    onEnded(record);
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    records,
    paidAnswers: (task) => good.get(task) ?? 0,
    close: () => closeServer(server),
  };
}

function lastMessage({ messages }: Record<string, unknown>): string {
  const last = (messages as { content?: unknown }[] | undefined)?.at(-1);
  return typeof last?.content === "string" ? last.content : "";
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
