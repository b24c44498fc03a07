/** The flags of the Clone agents. An address may also come from the environment variable of its name. */
import { Option } from "commander";
import {
  CLONE_CHANGES_ADDR,
  CLONE_SNAPSHOT_ADDR,
  CLONE_UPDATES_ADDR,
} from "../../transport/addresses";
import { milliseconds, wholeNumber } from "../command-line";

/** Each flag sets the option of its name; the defaults not given here are the agent's own. */
export const cloneFlag = {
  snapshotAddr: new Option("--snapshot-addr <address>", "where a client gets the whole state")
    .env("CLONE_SNAPSHOT_ADDR")
    .default(CLONE_SNAPSHOT_ADDR),
  updatesAddr: new Option("--updates-addr <address>", "where updates are published")
    .env("CLONE_UPDATES_ADDR")
    .default(CLONE_UPDATES_ADDR),
  changesAddr: new Option("--changes-addr <address>", "where clients send their changes")
    .env("CLONE_CHANGES_ADDR")
    .default(CLONE_CHANGES_ADDR),
  heartbeatMs: new Option("--heartbeat-ms <ms>", "the pause between signs of life")
    .default(1000)
    .argParser(milliseconds),
  liveness: new Option("--liveness <n>", "pauses without a word that mean: gone")
    .default(3)
    .argParser(wholeNumber),
  journal: new Option("--journal <file>", "where to keep the state from one run to the next"),
  maxEntries: new Option("--max-entries <n>", "how many entries the map may have")
    .default(100_000)
    .argParser(wholeNumber),
  name: new Option("--name <name>", "what the client is called").default("1"),
  subtree: new Option("--subtree <path>", "which part of the map to follow: /agents/").default(""),
  set: new Option(
    "--set <entry...>",
    "sets entries and ends: /agents/a=1 (JSON, or a text; nothing behind the = deletes)",
  ),
  ttlMs: new Option("--ttl-ms <ms>", "after how long such an entry goes by itself").argParser(
    milliseconds,
  ),
};
