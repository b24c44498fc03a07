/** Work for processes: the engine that is always there, whatever the environment says, so that its answers can be compared. */
import { engineWork } from "../../agents/ai/engine-work";
import { winkInThread } from "../../engines/in-thread";

export const work = engineWork(winkInThread());
