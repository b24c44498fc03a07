/** A long thought in the event loop of the agent. Loaded as a worker's work. */
import { winkEngine } from "../../engines/wink/wink-engine";
import { thinkLong } from "./long-thought";

export const work = thinkLong(winkEngine());
