/** Work for a process: says everything twice. */
import type { Work } from "../../src/agents/work";

export const work: Work = (data) => `${data as string}${data as string}`;
