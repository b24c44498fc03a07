/**
 * Work for an agent that shall think, with the engine that the environment asks for (see engineFromEnvironment):
 *
 *     node dist/agents/task-processor.js --work dist/agents/ai/work.js --stream-parts
 */
import { engineFromEnvironment } from "../../engines/from-environment";
import type { Work } from "../work";
import { engineWork } from "./engine-work";

let thinking: Work | undefined;

/** Does EngineRequests. The engine is made with the first one; a mistake in the environment is a failed result. */
export const work: Work = (data, context) => {
  thinking ??= engineWork(engineFromEnvironment());
  return thinking(data, context);
};
