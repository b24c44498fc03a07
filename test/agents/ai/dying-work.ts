/** The work of `work.ts`, but a worker dies of some tasks: kill -9 right after the answer has come, the first time. */
import { closeSync, openSync } from "node:fs";
import path from "node:path";
import { engineWork } from "../../../src/agents/ai/engine-work";
import type { AIEngine } from "../../../src/engines/engine";
import { engineFromEnvironment } from "../../../src/engines/from-environment";

const { FATAL_TASKS = "", GRAVEYARD = "" } = process.env;
const fatal = FATAL_TASKS.split(",");
const engine = engineFromEnvironment();

const dying: AIEngine = {
  ...engine,
  async complete(request, options) {
    const answer = await engine.complete(request, options);
    const task = /^Task \d+/.exec(request.text)![0];
    if (fatal.includes(task) && isFirstDeath(task)) process.kill(process.pid, "SIGKILL");
    return answer;
  },
};

function isFirstDeath(task: string): boolean {
  try {
    closeSync(openSync(path.join(GRAVEYARD, task), "wx"));
    return true;
  } catch {
    return false;
  }
}

export const work = engineWork(dying);
