/** The recorded messages as a sequence diagram: a line down for each agent, an arrow for each message. */
import type { AgentEvent } from "../../agents/events";
import { drawChart } from "./chart";
import { showPicture, type Picture } from "./picture";
import { messagesOf, participants } from "./sequence-data";
import { sequenceSpec } from "./sequence-spec";

/** How to draw a sequence of messages. */
export interface SequenceOptions {
  /** How many messages to draw, from the first. Default: 30. */
  limit?: number;
  /** Default: "Who sent what to whom". */
  title?: string;
  /** The task_id of the one task to tell of; what is about no task, such as START, is told as well. Default: all. */
  taskId?: string;
}

/** Shows the recorded messages in order of time. */
export async function showSequence(
  events: readonly AgentEvent[],
  options: SequenceOptions = {},
): Promise<void> {
  showPicture(await drawSequence(events, options));
}

/**
 * Draws what showSequence shows.
 * @throws RangeError when the events tell of no message, or `limit` is not a whole number from 1 up.
 */
export async function drawSequence(
  events: readonly AgentEvent[],
  { limit = 30, title = "Who sent what to whom", taskId }: SequenceOptions = {},
): Promise<Picture> {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(
      `Cannot use limit as it must be a whole number from 1 up: current value is ${limit}`,
    );
  }
  const messages = messagesOf(events).filter(
    (message) => taskId === undefined || (message.taskId ?? taskId) === taskId,
  );
  if (messages.length === 0) {
    throw new RangeError(
      "Cannot draw a sequence as none of the events tells of a message that arrived.",
    );
  }
  const spec = sequenceSpec(messages, Math.min(...events.map(({ at }) => at)), limit, title);
  return drawChart(
    spec,
    `Sequence diagram. The messages between ${participants(messages).join(", ")}.`,
  );
}
