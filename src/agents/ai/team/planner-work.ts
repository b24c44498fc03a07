/**
 * Plans for a team, with the engine that the environment asks for:
 *
 *     node dist/agents/majordomo/worker.js --service plan --worker-id planner --work dist/agents/ai/team/planner-work.js
 */
import { engineFromEnvironment } from "../../../engines/from-environment";
import { planner } from "./planner";

/** The work of the service "plan". */
export const work = planner(engineFromEnvironment());
