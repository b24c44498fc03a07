/**
 * Criticises for a team, with the engine that the environment asks for:
 *
 *     node dist/agents/majordomo/worker.js --service criticise --worker-id critic --work dist/agents/ai/team/critic-work.js
 */
import { engineFromEnvironment } from "../../../engines/from-environment";
import { critic } from "./critic";

/** The work of the service "criticise". */
export const work = critic(engineFromEnvironment());
