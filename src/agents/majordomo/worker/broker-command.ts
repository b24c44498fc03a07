/** What a broker may say to a worker (rfc.zeromq.org/spec/18), out of all that may arrive. */
import type { FrameProblem } from "../../../messages/codec";
import { parseMajordomo, type Dialect, type WorkerCommand } from "../../../messages/majordomo";

/** Work for a worker, and whose it is. */
export type Request = Extract<WorkerCommand, { client: Buffer }> & { type: "request" };

type BrokerCommand = Request | { type: "heartbeat" } | { type: "disconnect" };

/** Reads what a worker of this dialect receives. */
export function readBrokerCommand(
  frames: readonly Buffer[],
  dialect: Dialect,
): { ok: true; command: BrokerCommand } | FrameProblem {
  const message = parseMajordomo(frames);
  if (!message.ok) return refuse(message.reason);
  if (message.peer === "client" || message.dialect !== dialect)
    return refuse(`MDP ${message.dialect} for a ${message.peer}: not ours`);
  const { command } = message;
  if (!isBrokerCommand(command)) return refuse(`a broker says no ${command.type}`);
  return { ok: true, command };
}

function isBrokerCommand(command: WorkerCommand): command is BrokerCommand {
  return ["request", "heartbeat", "disconnect"].includes(command.type);
}

function refuse(reason: string): FrameProblem {
  return { ok: false, code: "wrong-shape", reason };
}
