/** What a notebook may import: `import { … } from "../src"`. */

// agents
export type { AgentEvent, OnEvent } from "./agents/events";
export { runPipeline, type RunPipelineOptions } from "./orchestration/run-pipeline";
export { runProcesses } from "./orchestration/run-processes";
export type { PipelineOptions, PipelineReport } from "./orchestration/pipeline";
export type { PipelineAddresses } from "./transport/addresses";

// notebook
export { lab } from "./notebook/lab";
export { Interrupted, type Closable, type Lab, type Tracked } from "./notebook/room";
export {
  findSource,
  showSource,
  type Quotable,
  type QuotedSource,
  type SourceOptions,
} from "./notebook/source";
export { markdownTable, showTable } from "./notebook/table";
export { showPicture, type Picture } from "./notebook/picture";
export { drawChart, showChart, type ChartSpec } from "./notebook/chart";
export { drawBars, showBars, type BarsOptions } from "./notebook/bars";
export {
  drawTimeline,
  drawTimelines,
  showTimeline,
  showTimelines,
  type TimelineOptions,
} from "./notebook/timeline";
export { drawSequence, showSequence, type SequenceOptions } from "./notebook/sequence";
export {
  drawDiagram,
  showDiagram,
  type DiagramAgent,
  type DiagramFlow,
  type DiagramSocket,
  type Dock,
  type SocketDiagram,
} from "./notebook/diagram";
export {
  drawPipeline,
  showPipeline,
  type PipelineDiagramOptions,
} from "./notebook/pipeline-diagram";
export type { Role } from "./notebook/recording";
export { liveProgress, type LiveProgressOptions } from "./notebook/progress";
