/** The pipeline again, with the name of every message on the line that it takes. */
import { END_OF_TASKS } from "../../messages/task-message";
import { WORKER_DONE } from "../../messages/result-message";
import { drawDiagram } from "./diagram";
import { showPicture, type Picture } from "./picture";
import { pipelineDiagram } from "./pipeline-diagram";

const messages: Record<string, string> = {
  START: "START",
  tasks: `tasks, ${END_OF_TASKS}`,
  results: `results, ${WORKER_DONE}`,
};

/** Shows which message flows where. */
export async function showMessages(): Promise<void> {
  showPicture(await drawMessages());
}

/** Draws what showMessages shows. */
export async function drawMessages(): Promise<Picture> {
  const { text, agents, flows } = pipelineDiagram();
  // Capitals are wider than the layout thinks; a space that does not break keeps the lines off them.
  const named = flows.map((flow) => ({ ...flow, label: `\u00a0${messages[flow.label]}\u00a0` }));
  const kinds = Object.values(messages).join("; ");
  return drawDiagram({ text: `${text} The messages: ${kinds}.`, agents, flows: named });
}
