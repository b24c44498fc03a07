/** Messages of the Majordomo Protocol as tables: frame by frame, or a message a line. */
import { nameOf } from "../../agents/majordomo/broker/worker-registry";
import { parseMajordomo } from "../../messages/majordomo";
import type { Heard } from "../experiments/worker-on-the-wire";
import { showTable } from "./table";

/** Shows each frame of one message from a worker, as a ROUTER receives it, with what it is for. */
export function showFrames(frames: readonly Buffer[]): void {
  showTable(frameRows(frames));
}

/** Shows messages from workers, one a line: when it came, from whom, and what it says. */
export function showHeard(heard: readonly Heard[]): void {
  showTable(heardRows(heard));
}

/** The rows that showFrames shows. */
export function frameRows(frames: readonly Buffer[]) {
  const purposes = ["identity: ROUTER puts it there", "header: a worker, MDP 0.2"];
  purposes.push(`command: ${commandOf(frames)}`);
  purposes.push(commandOf(frames) === "READY" ? "service" : "client");
  return frames.map((frame, index) => ({
    frame: index + 1,
    bytes: frame.length,
    content: nameOf(frame),
    "what it is": purposes[index] ?? (frame.length === 0 ? "empty" : "body"),
  }));
}

/** The rows that showHeard shows. */
export function heardRows(heard: readonly Heard[]) {
  return heard.map(({ atMs, frames }) => ({
    after: `${Math.round(atMs)} ms`,
    who: nameOf(frames[0]!),
    says: commandOf(frames),
  }));
}

function commandOf([, ...frames]: readonly Buffer[]): string {
  const message = parseMajordomo(frames);
  return message.ok ? message.command.type.toUpperCase() : `nonsense: ${message.reason}`;
}
