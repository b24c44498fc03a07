/**
 * Analyses for a team, with the engine that the environment asks for, and documents from a file:
 *
 *     TEAM_DOCUMENTS=documents.json node dist/agents/majordomo/worker.js --service analyse --worker-id analyst-1 --work dist/agents/ai/team/analyst-work.js
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { engineFromEnvironment } from "../../../engines/from-environment";
import { analyst } from "./analyst";
import { Library, TEAM_DOCUMENTS } from "./library";

const documentsFile = z.array(z.object({ title: z.string(), text: z.string() }));

/** The work of the service "analyse". The library is built before the worker joins: that takes a moment. */
export const work = analyst(engineFromEnvironment(), openLibrary(process.env[TEAM_DOCUMENTS]));

function openLibrary(file: string | undefined): Library {
  if (!file) throw new TypeError(`${TEAM_DOCUMENTS} is not set: let it name a file of documents.`);
  return new Library(documentsFile.parse(JSON.parse(readFileSync(file, "utf8"))));
}
