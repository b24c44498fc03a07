/** A place for one task at a time: a conversation with the broker, and after it the next one. */
import { setTimeout as delay } from "node:timers/promises";
import { backOff } from "../../../transport/back-off";
import { LONGEST_MS } from "../../../transport/patience";
import { withSockets } from "../../../transport/sockets";
import { Conversation, openDealer, type Ending } from "./conversation";
import { Desk, type Workplace } from "./desk";

/**
 * Holds one conversation after the other until the worker leaves. A broker that is not there is waited
 * for without end, with longer and longer pauses (the Guide's Paranoid Pirate).
 */
export async function keepSeat(workplace: Workplace): Promise<void> {
  const { settings, leaving } = workplace;
  const { report } = settings;
  const persistence = new Persistence(settings.reconnectMs, settings.maxReconnectMs);
  while (!leaving.aborted) {
    const { ending, hasHeard, silentMs } = await converse(workplace);
    if (ending === "left") return;
    if (ending === "handed-back") {
      // As long as tasks take so long that this seat's would have to wait again, others are better served.
      const quickMs = settings.heartbeatMs / settings.prefetch;
      report({ type: "handed-back" });
      await workplace.lane.isQuicker(quickMs, leaving).catch(() => {});
      continue;
    }
    const reconnectMs = persistence.pauseMs(ending, hasHeard);
    if (ending === "dismissed") report({ type: "dismissed", reconnectMs });
    else report({ type: "broker-silent", silentMs, reconnectMs });
    await delay(reconnectMs, undefined, { signal: leaving }).catch(() => {});
  }
}

/** How long to wait before trying a broker again. */
export class Persistence {
  /** Conversations in a row that came to nothing. */
  #failures = 0;

  constructor(
    private readonly reconnectMs: number,
    private readonly maxReconnectMs: number,
  ) {}

  /**
   * The wait after a conversation, in milliseconds. The first dismissal costs none: a broker that was
   * restarted dismisses everybody once, to make them register again.
   */
  pauseMs(ending: "dismissed" | "broker-silent", hasHeard: boolean): number {
    const before = hasHeard ? 0 : this.#failures;
    this.#failures = before + 1;
    const counted = ending === "dismissed" ? before : before + 1;
    return counted === 0 ? 0 : backOff(counted, this.reconnectMs, this.maxReconnectMs);
  }
}

/** Holds one conversation. When the worker has to go, it waits for a task that has begun, but no longer than it may. */
async function converse(workplace: Workplace) {
  const { settings, summary, leaving } = workplace;
  const dealer = openDealer(settings);
  const conversation = new Conversation(settings, dealer);
  const desk = new Desk(workplace, conversation);
  const patience = Math.min(settings.leaveTimeoutMs, LONGEST_MS);
  let timer: NodeJS.Timeout | undefined;
  const leave = () => {
    if (desk.isWorking) timer = setTimeout(() => conversation.end("left"), patience);
    else conversation.end("left");
  };
  let ending: Ending = "left";
  leaving.addEventListener("abort", leave, { once: true });
  try {
    await withSockets(undefined, async (open) => {
      open(dealer);
      ending = await conversation.run(++summary.conversations, desk);
    });
  } finally {
    leaving.removeEventListener("abort", leave);
    clearTimeout(timer);
  }
  return { ending, hasHeard: conversation.hasHeard, silentMs: conversation.silentMs };
}
