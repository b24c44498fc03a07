/** The check of what a subscriber asks for. */
import { MAX_NAME_LENGTH } from "../../../messages/schema";

/**
 * Checks the topics to listen to, and that the one which ends it is among them.
 * @throws TypeError naming the option and its value.
 */
export function checkTopics(topics: readonly string[], untilTopic?: string): void {
  if (!isTopicList(topics))
    throw new TypeError(
      `Cannot use topics as it must be a list of texts of at most ${MAX_NAME_LENGTH} characters, [""] to hear ` +
        `everything: current value is ${JSON.stringify(topics)}`,
    );
  if (untilTopic === undefined || topics.some((topic) => untilTopic.startsWith(topic))) return;
  throw new TypeError(
    `Cannot use untilTopic as none of the topics ${JSON.stringify(topics)} hears it: current value is ${JSON.stringify(untilTopic)}`,
  );
}

function isTopicList(topics: unknown): boolean {
  const isPrefix = (text: unknown) => typeof text === "string" && text.length <= MAX_NAME_LENGTH;
  return Array.isArray(topics) && topics.length > 0 && topics.every(isPrefix);
}
