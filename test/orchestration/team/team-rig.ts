/** A question and a shelf, small enough for a test, of which the critic does not accept the first answer on one topic. */
export { documents } from "../../agents/ai/team/team-rig";

export const question = "What does a broker do about a heartbeat when a worker dies?";
