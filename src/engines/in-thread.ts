/**
 * An engine that computes in a thread of its own, so that the agent's event loop goes on turning: heartbeats are
 * sent, and whoever gives up stops the model at once, in the middle of a step.
 */
import path from "node:path";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { Piscina } from "piscina";
import { LONGEST_MS } from "../transport/patience";
import { TIME_LIMIT_MS } from "./engine";
import type { AIEngine, CompleteOptions, EngineAnswer, EngineRequest, Skill } from "./engine";
import { EngineFailure } from "./failure";
import type { Job, Reply } from "./in-thread/thread";
import { WINK_MODEL, WINK_SKILLS } from "./wink/wink-engine";

/** Where a thread finds its engine. A thread shares no objects with this one, so it makes the engine itself. */
export interface EngineModule {
  /** The engine's name and skills, as it would say itself: they are known before the thread has started. */
  name: string;
  skills: readonly Skill[];
  /** The absolute path of a module. */
  module: string;
  /** The function that the module exports and that makes the engine. */
  exportName: string;
  /** What that function gets: data, as a structured clone can carry it. Default: nothing. */
  engineOptions?: unknown;
}

/** Wink in a thread of its own. */
export function winkInThread(): AIEngine {
  const module = path.join(__dirname, "wink", "wink-engine" + path.extname(__filename));
  return engineInThread({
    name: WINK_MODEL,
    skills: WINK_SKILLS,
    module,
    exportName: "winkEngine",
  });
}

/**
 * Runs any engine in a thread, which starts with the first request and does one request at a time. A request that
 * is given up or takes too long, the wait for its turn included, takes the thread with it if it has begun; the next
 * one gets a new thread. An idle thread does not keep the process alive; `close` ends it at once, and whatever it
 * was doing is rejected.
 */
export function engineInThread({ name, skills, ...from }: EngineModule): AIEngine {
  const closing = new AbortController();
  let threads: Piscina | undefined;
  return {
    name,
    skills,
    async complete<S extends Skill>(request: EngineRequest<S>, options: CompleteOptions = {}) {
      options.signal?.throwIfAborted();
      closing.signal.throwIfAborted();
      threads ??= openThread();
      return askThread(threads, { name, ...from }, request, options, closing.signal);
    },
    async close() {
      closing.abort(
        new EngineFailure("RequestRejected", `${name} is closed and cannot be asked any more`),
      );
      await threads?.destroy();
    },
  };
}

/** A pool of one; the compiled thread, or the source itself when this file runs as source (ts-node). */
function openThread(): Piscina {
  const extension = path.extname(__filename);
  const execArgv =
    extension === ".ts" ? ["--require", require.resolve("ts-node/register/transpile-only")] : [];
  const threads = new Piscina({
    filename: path.join(__dirname, "in-thread", "thread" + extension),
    name: "complete",
    minThreads: 1, // with 0 nobody would start a thread for those that wait when the one before was stopped
    maxThreads: 1,
    execArgv,
  });
  return threads.on("error", () => {}); // an idle thread that dies has been replaced by then
}

async function askThread<S extends Skill>(
  threads: Piscina,
  { name, ...from }: Omit<EngineModule, "skills">,
  request: EngineRequest<S>,
  { signal, timeLimitMs = TIME_LIMIT_MS, onPart, taskId }: CompleteOptions,
  closing: AbortSignal,
): Promise<EngineAnswer<S>> {
  const over = new AbortController();
  const givenUp = AbortSignal.any([over.signal, closing, ...(signal ? [signal] : [])]);
  const timer = setTimeout(
    () => over.abort(tooLong(name, timeLimitMs)),
    Math.min(timeLimitMs, LONGEST_MS),
  );
  const { port1: heard, port2: parts } = new MessageChannel();
  const hear = (text: string) => {
    try {
      if (!givenUp.aborted) onPart?.(text);
    } catch (error) {
      over.abort(error); // a part that cannot be used ends the request, as it does in one thread
    }
  };
  heard.on("message", hear);
  try {
    const job: Job = { ...from, request, timeLimitMs, taskId, parts };
    const options = { transferList: [parts], signal: givenUp };
    const reply = (await threads.run(job, options).catch((error: unknown) => {
      throw givenUp.aborted ? givenUp.reason : lostThread(name, error);
    })) as Reply<S>;
    // Answer and parts come over lines of their own. The parts were sent before, so the rest of them is here.
    for (let left; (left = receiveMessageOnPort(heard));) hear(left.message as string);
    givenUp.throwIfAborted();
    return readReply(reply);
  } finally {
    clearTimeout(timer);
    heard.close();
  }
}

/** A failure crosses the border as data: cloned, an error keeps its message and loses its class and its fields. */
function readReply<S extends Skill>(reply: Reply<S>): EngineAnswer<S> {
  if ("answer" in reply) return reply.answer;
  if ("thrown" in reply) throw reply.thrown;
  const { name, message, retryAfterMs } = reply.failure;
  throw new EngineFailure(name, message, { retryAfterMs });
}

function tooLong(name: string, timeLimitMs: number): EngineFailure {
  return new EngineFailure(
    "TimeLimit",
    `${name} has not come to the end of its answer in ${timeLimitMs} ms`,
  );
}

/** What piscina rejects with by itself: the thread has ended, or something in it was thrown that nobody caught. */
function lostThread(name: string, error: unknown): unknown {
  if (error instanceof DOMException) return error; // a request that cannot be cloned
  return new EngineFailure(
    "EngineUnavailable",
    `The thread of ${name} has ended: ${(error as Error).message}`,
    { cause: error },
  );
}
