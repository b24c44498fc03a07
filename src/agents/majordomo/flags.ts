/** The flags of the Majordomo agents. An address may also come from the environment variable of its name. */
import { Option } from "commander";
import { BROKER_ADDR } from "../../transport/addresses";
import { milliseconds, wholeNumber } from "../command-line";

/** Each flag sets the option of its name; the defaults not given here are the agent's own. */
export const majordomoFlag = {
  brokerAddr: new Option(
    "--broker-addr <address>",
    "where the broker is: it binds there, the others connect",
  )
    .env("BROKER_ADDR")
    .default(BROKER_ADDR),
  service: new Option("--service <name>", "which service").default("work"),
  dialect: new Option("--dialect <version>", "how the broker writes the protocol")
    .choices(["0.1", "0.2", "0.2-delimited"])
    .default("0.2"),
  heartbeatMs: inMilliseconds("--heartbeat-ms <ms>", "the pause between heartbeats", 2500),
  liveness: counted("--liveness <n>", "pauses without a word that mean: gone", 3),
  busySilenceMs: new Option(
    "--busy-silence-ms <ms>",
    "how long a worker may be silent that has a request (default: heartbeat · liveness)",
  ).argParser(milliseconds),
  requestTimeoutMs: inMilliseconds(
    "--request-timeout-ms <ms>",
    "how long a worker may hold a request without an answer",
    60_000,
  ),
  serviceTimeoutMs: inMilliseconds(
    "--service-timeout-ms <ms>",
    "how long a request waits for a service without workers",
    60_000,
  ),
  maxAttempts: counted("--max-attempts <n>", "tries before a task is a dead letter", 3),
  maxOutstanding: counted("--max-outstanding <n>", "tasks that may be unanswered", 100),
  backoffMs: inMilliseconds(
    "--backoff-ms <ms>",
    "the pause after a first failure, then doubled",
    100,
  ),
  maxRetryAfterMs: inMilliseconds(
    "--max-retry-after-ms <ms>",
    "the longest pause a failure may ask for; more ends the task",
    60_000,
  ),
  taskTimeoutMs: inMilliseconds(
    "--task-timeout-ms <ms>",
    "how long a task may be unanswered before it is tried again",
    300_000,
  ),
  taskDelayMs: inMilliseconds("--task-delay-ms <ms>", "the pause after each task", 0),
  replyTimeoutMs: new Option(
    "--reply-timeout-ms <ms>",
    "how long the broker may be silent before all is sent again (default: heartbeat · liveness)",
  ).argParser(milliseconds),
  retries: counted("--retries <n>", "silent tries before the broker is given up", 3),
  prefetch: counted(
    "--prefetch <n>",
    "tasks to hold at once, one of them worked on; at most 100",
    1,
  ),
  reconnectMs: inMilliseconds(
    "--reconnect-ms <ms>",
    "the pause before a new connection to a silent broker, then doubled",
    1000,
  ),
  maxReconnectMs: inMilliseconds("--max-reconnect-ms <ms>", "the longest such pause", 32_000),
  leaveTimeoutMs: inMilliseconds(
    "--leave-timeout-ms <ms>",
    "how long the last task may take after Ctrl-C",
    10_000,
  ),
};

function inMilliseconds(flags: string, description: string, byDefault: number): Option {
  return new Option(flags, description).default(byDefault).argParser(milliseconds);
}

function counted(flags: string, description: string, byDefault: number): Option {
  return new Option(flags, description).default(byDefault).argParser(wholeNumber);
}
