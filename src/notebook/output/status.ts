/** A status board as a table that changes as the board does. */
import type { SharedMap } from "../../agents/clone/client/shared-map";
import { agentOfKey, STATUS_SUBTREE } from "../../agents/clone/status";
import type { AgentStatus } from "../../agents/clone/status/agent-states";
import { inOrderOfFlow } from "../pictures/recording";
import { createPlace, markdown } from "./display";
import { atMostEvery } from "./progress";
import { markdownTable } from "./table";

/** A row of it. */
export interface StatusRow {
  agent: string;
  state: string;
  task: string;
  done: number;
}

/** Between two updates, in milliseconds. */
const UPDATE_MS = 100;

/** Shows a status board in one place below the cell. The function that it gives shows it a last time, and ends it. */
export function liveStatus(board: Pick<SharedMap, "entries" | "onChange">): () => void {
  const place = createPlace();
  let shown = "";
  const draw = atMostEvery(UPDATE_MS, () => {
    const table = markdownTable(statusRows(board));
    if (table !== shown) place(markdown(table));
    shown = table;
  });
  const stopListening = board.onChange(() => draw({ now: false }));
  draw({ now: true });
  return () => {
    stopListening();
    draw({ now: true });
  };
}

/** A row for each agent that stands on the board, in the direction in which messages flow. */
export function statusRows(board: Pick<SharedMap, "entries">): StatusRow[] {
  const statuses = new Map(
    board
      .entries()
      .filter(([key]) => key.startsWith(STATUS_SUBTREE))
      .map(([key, value]) => [agentOfKey(key), value as unknown as AgentStatus]),
  );
  return inOrderOfFlow(statuses.keys()).map((agent) => {
    const { state, task = "", done } = statuses.get(agent)!;
    return { agent, state, task, done };
  });
}
