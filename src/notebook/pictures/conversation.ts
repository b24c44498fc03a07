/** Messages that somebody has overheard, as a sequence diagram. */
import { drawChart } from "./chart";
import { showPicture, type Picture } from "./picture";
import { participants, type RecordedMessage } from "./sequence-data";
import { sequenceSpec } from "./sequence-spec";
import type { SequenceOptions } from "./sequence";

/** How to draw a conversation. */
export type ConversationOptions = Pick<SequenceOptions, "limit" | "title">;

/** Shows who said what to whom, in order. */
export async function showConversation(
  messages: readonly RecordedMessage[],
  options: ConversationOptions = {},
): Promise<void> {
  showPicture(await drawConversation(messages, options));
}

/** Draws what showConversation shows. @throws RangeError when nothing was said. */
export async function drawConversation(
  messages: readonly RecordedMessage[],
  { limit = 30, title = "Who sent what to whom" }: ConversationOptions = {},
): Promise<Picture> {
  const [first] = messages;
  if (!first) throw new RangeError("Cannot draw a conversation in which nothing was said.");
  const names = participants(messages).join(", ");
  const spec = sequenceSpec(messages, first.at, limit, title);
  return drawChart(spec, `Sequence diagram. ${title}: the messages between ${names}.`);
}
