/**
 * Edits for a team, with the engine that the environment asks for:
 *
 *     node dist/agents/majordomo/worker.js --service edit --worker-id editor --work dist/agents/ai/team/editor-work.js
 */
import { engineFromEnvironment } from "../../../engines/from-environment";
import { editor } from "./editor";

/** The work of the service "edit". */
export const work = editor(engineFromEnvironment());
