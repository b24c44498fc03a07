/** The flags of the broadcast agents. An address may also come from the environment variable of its name. */
import { Option } from "commander";
import { BROADCAST_ADDR, LAST_VALUE_ADDR } from "../../transport/addresses";
import { milliseconds, wholeNumber } from "../command-line";

/** Each flag sets the option of its name; `--topic` of a subscriber sets `topics`. */
export const broadcastFlag = {
  broadcastAddr: new Option("--broadcast-addr <address>", "where the publisher binds")
    .env("BROADCAST_ADDR")
    .default(BROADCAST_ADDR),
  publisherAddrs: new Option("--broadcast-addr <address...>", "where the publishers are")
    .env("BROADCAST_ADDR")
    .default(BROADCAST_ADDR),
  lastValueAddr: new Option("--last-value-addr <address>", "where the cache binds")
    .env("LAST_VALUE_ADDR")
    .default(LAST_VALUE_ADDR),
  publisherId: new Option("--publisher-id <name>", "the publisher's name").default("1"),
  subscriberId: new Option("--subscriber-id <name>", "the subscriber's name").default("1"),
  topic: new Option("--topic <topic>", "what to publish on").default("status.Generator"),
  topics: new Option("--topic <prefix...>", "how a topic must begin to be heard; none hears all"),
  updates: counted("--updates <n>", "how many updates").default(10),
  updatesToHear: counted("--updates <n>", "end after so many updates"),
  untilTopic: new Option("--until-topic <topic>", "end after an update on this topic"),
  pauseMs: timed("--pause-ms <ms>", "the pause after each update").default(100),
  subscribers: counted("--subscribers <n>", "how many subscriptions to wait for").default(0),
  maxLagMs: timed("--max-lag-ms <ms>", "end when an update comes later than that"),
  maxTopics: counted("--max-topics <n>", "topics to keep a value of").default(10_000),
};

function counted(flags: string, description: string): Option {
  return new Option(flags, description).argParser(wholeNumber);
}

function timed(flags: string, description: string): Option {
  return new Option(flags, description).argParser(milliseconds);
}
