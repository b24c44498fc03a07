/** A long thought in a thread beside the event loop of the agent. Loaded as a worker's work. */
import { winkInThread } from "../../engines/in-thread";
import { thinkLong } from "./long-thought";

export const work = thinkLong(winkInThread());
