/** A team whose members are processes: an analyst can be killed in the middle, and the report comes out whole. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { TEAM_DOCUMENTS } from "../../agents/ai/team/library";
import type { AgentEvent } from "../../agents/events";
import { unlessAborted, within } from "../../transport/patience";
import { ProcessPool } from "../process-pool";
import { Recorder } from "../recorder";
import { membersOf, type Member } from "./members";
import { askTeam, withTeamDefaults, type TeamOptions } from "./team-options";
import { reportOf, type TeamReport } from "./team-report";

/** Options of {@link runTeamProcesses}. */
export interface RunTeamProcessesOptions extends TeamOptions {
  /** Kills the first analyst that has begun with a task, as `kill -9` does. Needs two analysts at least. Default: false. */
  killAnalyst?: boolean;
}

/**
 * Lets a team of processes answer a question; the client is here. Each member thinks with the engine that the
 * environment asks for.
 * @throws Error when a member fails by itself, or the team does not come up.
 * @throws RangeError or TypeError when an option is wrong, DeadLetterError when planner or editor give no answer.
 */
export async function runTeamProcesses(options: RunTeamProcessesOptions): Promise<TeamReport> {
  const settings = withTeamDefaults(options);
  const { killAnalyst = false } = options;
  const { question, analysts, onEvent } = settings;
  if (killAnalyst && analysts < 2)
    throw new RangeError(
      `Cannot use analysts as it must be 2 or more when one is to be killed: current value is ${analysts}`,
    );
  const recorder = new Recorder(onEvent);
  const folder = mkdtempSync(path.join(os.tmpdir(), "team-"));
  try {
    const documents = path.join(folder, "documents.json");
    writeFileSync(documents, JSON.stringify(settings.documents));
    const played = await perform(settings, recorder, documents, killAnalyst);
    return reportOf({ question, analysts, ...played, events: recorder.events });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Settings = ReturnType<typeof withTeamDefaults>;

async function perform(
  { question, analysts, maxRounds, brokerAddr, startTimeoutMs, ...settings }: Settings,
  recorder: Recorder,
  documents: string,
  killAnalyst: boolean,
) {
  const { heartbeatMs, liveness, signal } = settings;
  const patience = { heartbeatMs, liveness };
  let deathOf: Promise<void> | undefined;
  const hear = (event: AgentEvent) => {
    recorder.onEvent(event);
    if (killAnalyst && isAnalysing(event)) deathOf ??= pool.kill(event.agent);
  };
  const pool: ProcessPool = new ProcessPool({ onEvent: hear, signal });
  try {
    await pool.startBroker({ ...patience, brokerAddr });
    const start = (member: Member) =>
      pool.startWorker(member.workerId, {
        ...patience,
        service: member.service,
        work: workOf(member),
      });
    const startAll = () => withDocuments(documents, () => membersOf(analysts).map(start));
    await within(
      startTimeoutMs,
      undefined, // a pool that is stopped ends by itself
      (giveUp) => unlessAborted(Promise.all(startAll()), giveUp),
      () => `The team has not joined the broker within ${startTimeoutMs} ms.`,
    );
    const client = { brokerAddr: pool.brokerAddr, ...patience, onEvent: recorder.onEvent, signal };
    return await askTeam({ ...client, question, maxRounds });
  } finally {
    await deathOf;
    await pool.close();
  }
}

function isAnalysing({ type, agent }: AgentEvent): boolean {
  return type === "task-started" && agent.startsWith("Worker-analyst-");
}

/** The compiled module, or the source itself when this file runs as source (ts-node). */
function workOf({ role }: Member): string {
  const file = `${role}-work${path.extname(__filename)}`;
  return path.join(__dirname, "..", "..", "agents", "ai", "team", file);
}

/** Processes find the documents by their environment, which they take over when they are started. */
function withDocuments<T>(file: string, start: () => T): T {
  const before = process.env[TEAM_DOCUMENTS];
  process.env[TEAM_DOCUMENTS] = file;
  try {
    return start();
  } finally {
    if (before === undefined) delete process.env[TEAM_DOCUMENTS];
    else process.env[TEAM_DOCUMENTS] = before;
  }
}
