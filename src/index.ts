/** What a notebook may import: `import { … } from "."`. Exports only, in the order of the layers. */

// messages: what goes over the wire
export type { JsonValue } from "./messages/json-value";
export {
  createEndMessage,
  createTaskMessage,
  END_OF_TASKS,
  isEndMessage,
  type EndMessage,
  type TaskMessage,
} from "./messages/task-message";
export {
  createFailedResult,
  createResultMessage,
  createWorkerDoneMessage,
  isFailedResult,
  isWorkerDoneMessage,
  WORKER_DONE,
  type FailedResult,
  type ResultMessage,
  type WorkerDoneMessage,
} from "./messages/result-message";
export {
  createPartialResult,
  isPartialResult,
  PARTIAL_RESULT,
  type PartialResultMessage,
} from "./messages/partial-result";
export {
  BROKER,
  createRefusal,
  readRefusal,
  type Attempt,
  type DeadLetter,
  type Refusal,
  type RefusalName,
} from "./messages/dead-letter";
export {
  encodeClientCommand,
  encodeWorkerCommand,
  parseMajordomo,
  type ClientCommand,
  type Dialect,
  type MajordomoMessage,
  type WorkerCommand,
} from "./messages/majordomo";
export {
  HUGZ,
  type ChangeCommand,
  type EntryCommand,
  type HugzCommand,
  type Receipt,
  type Receipts,
  type RefusedChange,
  type Signature,
  type SnapshotEndCommand,
  type UpdateCommand,
} from "./messages/clone";
export {
  encodeChange,
  encodeEntry,
  encodeHugz,
  encodeSnapshotEnd,
  encodeSnapshotRequest,
  encodeUpdate,
} from "./messages/clone/encode";
export {
  parseChange,
  parsePublished,
  parseSnapshotPart,
  parseSnapshotRequest,
} from "./messages/clone/parse";
export { depthOf, isKey, isSubtree, subtreesOf } from "./messages/clone/keys";
export {
  createUpdateMessage,
  encodeUpdateMessage,
  parseUpdateMessage,
  type Update,
  type UpdateMessage,
} from "./messages/broadcast";
export { hearsStart, parseSubscription, START, type Subscription } from "./messages/start-signal";
export type { AgentMessage, Codec, FrameProblem, Parsed } from "./messages/codec";
export { codecNames, codecOf, type CodecName } from "./messages/codecs/named";
export { jsonCodec } from "./messages/codecs/json";
export { msgpackCodec } from "./messages/codecs/msgpack";
export { MAX_BINARY_FRAMES, multipartCodec } from "./messages/codecs/multipart";
export { PROTOBUF_SCHEMA, protobufCodec } from "./messages/codecs/protobuf";
export {
  encodeFrame,
  encodeMessage,
  MAX_FRAME_BYTES,
  parseResult,
  parseResultFrame,
  parseTask,
  parseTaskFrame,
  type Wire,
} from "./messages/frame";
export { MAX_DEPTH, type Payload } from "./messages/payload";
export { MAX_NAME_LENGTH } from "./messages/schema";

// transport: addresses, socket lifetimes, handshakes
export {
  BROADCAST_ADDR,
  BROKER_ADDR,
  CLONE_CHANGES_ADDR,
  CLONE_SNAPSHOT_ADDR,
  CLONE_UPDATES_ADDR,
  CONTROL_SYNC_ADDR,
  LAST_VALUE_ADDR,
  RESULT_COLLECTOR_ADDR,
  TASK_VENTILATOR_ADDR,
  type CloneAddresses,
  type PipelineAddresses,
} from "./transport/addresses";
export { bindSocket, connectSocket, withSockets, type Open } from "./transport/sockets";
export { Connections } from "./transport/connections";
export { StartGate } from "./transport/start-gate";

// engines: what thinks for an agent
export type {
  AIEngine,
  CompleteOptions,
  EngineAnswer,
  EngineRequest,
  Entity,
  Outputs,
  Sentiment,
  Skill,
  Usage,
} from "./engines/engine";
export { EngineFailure, type EngineFailureName } from "./engines/failure";
export { engineFromEnvironment, type EngineEnvironment } from "./engines/from-environment";
export { engineInThread, winkInThread, type EngineModule } from "./engines/in-thread";
export { llmEngine, type LlmSettings } from "./engines/llm/llm-engine";
export { winkEngine } from "./engines/wink/wink-engine";

// agents: one file an agent
export { engineWork, type EnginePart, type EngineResult } from "./agents/ai/engine-work";
export { analyst } from "./agents/ai/team/analyst";
export {
  answerQuestion,
  type AnswerQuestionOptions,
  type Cost,
  type Round,
  type TeamAnswer,
} from "./agents/ai/team/answer-question";
export { critic } from "./agents/ai/team/critic";
export { editor } from "./agents/ai/team/editor";
export { Library, type Passage, type TeamDocument } from "./agents/ai/team/library";
export type { Edition, Finding, Verdict } from "./agents/ai/team/messages";
export { planner } from "./agents/ai/team/planner";
export { taskGeneratorAgent, type TaskGeneratorOptions } from "./agents/task-generator";
export { taskProcessorAgent, type TaskProcessorOptions } from "./agents/task-processor";
export { validated } from "./agents/validated";
export type { Work, WorkContext } from "./agents/work";
export { resultCollectorAgent, type ResultCollectorOptions } from "./agents/result-collector";
export { majordomoBrokerAgent, type MajordomoBrokerOptions } from "./agents/majordomo/broker";
export { majordomoClientAgent, type MajordomoClientOptions } from "./agents/majordomo/client";
export {
  DeadLetterError,
  type Ask,
  type AskOptions,
  type Converse,
} from "./agents/majordomo/client/ask";
export { majordomoWorkerAgent, type MajordomoWorkerOptions } from "./agents/majordomo/worker";
export type {
  MajordomoBrokerEvent,
  MajordomoBrokerSummary,
  MajordomoClientEvent,
  MajordomoClientSummary,
  MajordomoWorkerEvent,
  MajordomoWorkerSummary,
  Parting,
} from "./agents/majordomo/events";
export { cloneClientAgent, type CloneClientOptions } from "./agents/clone/client";
export { cloneServerAgent, type CloneServerOptions } from "./agents/clone/server";
export { keepStatus, STATUS_SUBTREE, type StatusOptions } from "./agents/clone/status";
export type { AgentStatus } from "./agents/clone/status/agent-states";
export type { CloneBody } from "./agents/clone/client/session";
export type { SetOptions, SharedMap } from "./agents/clone/client/shared-map";
export type { MapChange } from "./agents/clone/client/replica";
export type {
  CloneClientEvent,
  CloneClientSummary,
  CloneServerEvent,
  CloneServerSummary,
  SyncReason,
} from "./agents/clone/events";
export { publisherAgent, type PublisherOptions } from "./agents/broadcast/publisher";
export { subscriberAgent, type SubscriberOptions } from "./agents/broadcast/subscriber";
export {
  lastValueCacheAgent,
  type LastValueCacheOptions,
} from "./agents/broadcast/last-value-cache";
export type {
  AudienceEvent,
  LastValueCacheEvent,
  LastValueCacheSummary,
  PublisherEvent,
  PublisherSummary,
  SubscriberEvent,
  SubscriberSummary,
} from "./agents/broadcast/events";
export type { RetryPolicy } from "./agents/majordomo/client/retry-policy";
export type { HeartbeatOptions } from "./agents/options";
export { ResultTally } from "./agents/result-tally";
export { formatEvent, printEvent } from "./agents/log";
export type { AgentOptions } from "./agents/options";
export type {
  AgentEvent,
  OnEvent,
  Outcome,
  ProcessEvent,
  ResultCollectorEvent,
  ResultCollectorSummary,
  TaskGeneratorEvent,
  TaskGeneratorSummary,
  TaskProcessorEvent,
  TaskProcessorSummary,
} from "./agents/events";
export type { Stamp } from "./agents/stamp";

// orchestration: agents put to work together
export { runPipeline, type RunPipelineOptions } from "./orchestration/run-pipeline";
export { runProcesses, type RunProcessesOptions } from "./orchestration/run-processes";
export { runPool, type RunPoolOptions } from "./orchestration/run-pool";
export { runPoolProcesses, type RunPoolProcessesOptions } from "./orchestration/run-pool-processes";
export { ProcessPool, type ProcessPoolOptions } from "./orchestration/process-pool";
export { readDocument, readDocuments } from "./orchestration/team/documents";
export { runTeam, type RunTeamOptions } from "./orchestration/team/run-team";
export {
  runTeamProcesses,
  type RunTeamProcessesOptions,
} from "./orchestration/team/run-team-processes";
export type { TeamMessage } from "./orchestration/team/team-messages";
export type { TeamOptions } from "./orchestration/team/team-options";
export type { MemberCost, TeamReport } from "./orchestration/team/team-report";
export type { BrokerFlags, ClientFlags, WorkerFlags } from "./orchestration/agent-flags";
export {
  runCloneChaos,
  type CloneChaosOptions,
  type CloneChaosReport,
} from "./orchestration/clone-chaos/run-clone-chaos";
export type { CloneChaosSize } from "./orchestration/clone-chaos/plan";
export type { PoolOptions, PoolReport } from "./orchestration/pool";
export type { PipelineOptions, PipelineReport } from "./orchestration/pipeline";
export type { MissingTask } from "./orchestration/recorder";

// notebook: what only notebooks use
export { lab } from "./notebook/lab/lab";
export { openBench, type Bench } from "./notebook/lab/bench";
export {
  joinByHand,
  receiveByHand,
  surroundByHand,
  takeByHand,
  type Surroundings,
} from "./notebook/lab/by-hand";
export { openPair } from "./notebook/lab/pair";
export { environment, type Ingredient } from "./notebook/experiments/environment";
export {
  kernelDiagram,
  kernelSockets,
  type KernelSocket,
} from "./notebook/experiments/kernel-connection";
export { showMessages } from "./notebook/pictures/message-diagram";
export { compareWithPlainJson, type JsonTrap } from "./notebook/experiments/json-traps";
export {
  carefulReceiver,
  measureDamage,
  naiveReceiver,
  strayFrames,
  type Damage,
  type TaskReceiver,
} from "./notebook/experiments/stray-frames";
export { checkReadTask, type ReadTask } from "./notebook/exercises/messages";
export { dealAtOnce, type Deal } from "./notebook/experiments/unequal-workers";
export { Interrupted, type Closable, type Lab, type Tracked } from "./notebook/lab/room";
export {
  findSource,
  showSource,
  type Quotable,
  type QuotedSource,
  type SourceOptions,
} from "./notebook/output/source";
export { markdownTable, showTable } from "./notebook/output/table";
export { showPicture, type Picture } from "./notebook/pictures/picture";
export { drawChart, showChart, type ChartSpec } from "./notebook/pictures/chart";
export { drawBars, showBars, type BarsOptions } from "./notebook/pictures/bars";
export {
  drawTimeline,
  drawTimelines,
  showTimeline,
  showTimelines,
  type TimelineOptions,
} from "./notebook/pictures/timeline";
export { drawSequence, showSequence, type SequenceOptions } from "./notebook/pictures/sequence";
export {
  drawDiagram,
  showDiagram,
  type DiagramAgent,
  type DiagramFlow,
  type DiagramSocket,
  type Dock,
  type SocketDiagram,
} from "./notebook/pictures/diagram";
export {
  drawPipeline,
  showPipeline,
  type PipelineDiagramOptions,
} from "./notebook/pictures/pipeline-diagram";
export {
  drawMajordomo,
  showMajordomo,
  type MajordomoDiagramOptions,
} from "./notebook/pictures/majordomo-diagram";
export { drawPool, livePool, showPool, type PoolPictureOptions } from "./notebook/pictures/pool";
export { begunTwice, cutToWork, type Role } from "./notebook/pictures/recording";
export { durationsOf, type Durations } from "./notebook/pictures/durations";
export { liveProgress, type LiveProgressOptions } from "./notebook/output/progress";
export { checkHandMadeWorker, type HandMadeWorker } from "./notebook/exercises/task-generator";
export { checkCountWords, type CountWords } from "./notebook/exercises/task-processor";

// notebook: faults to inject, for the last chapter
export { killDuringTask } from "./notebook/experiments/kill-worker";
export { naiveGeneratorAgent, sendNaively } from "./notebook/experiments/naive-generator";
export { countEnds, runWithFullQueue, type Generator } from "./notebook/experiments/full-queue";
export {
  countHeard,
  startAfter,
  startBlindly,
  startWhenSubscribed,
} from "./notebook/experiments/start-signals";
export {
  agentOutcome,
  collectNaively,
  countingOutcome,
  deliverToAll,
  type Collecting,
} from "./notebook/experiments/naive-collector";
export { runWithLatecomer } from "./notebook/experiments/latecomer";
export { runWithStranger, type StrangerReport } from "./notebook/experiments/stranger";
export { checkCollect, type Collect } from "./notebook/exercises/result-collector";
export {
  checkMyPipeline,
  type MyPipeline,
  type SharedOptions,
} from "./notebook/exercises/orchestration";

// notebook: chapter 9
export { openBroker } from "./notebook/lab/broker";
export { showFrames, showHeard } from "./notebook/output/frames";
export { hear, type Heard } from "./notebook/experiments/worker-on-the-wire";
export {
  comeAndGo,
  type TroubleOptions,
  type TroubleReport,
} from "./notebook/experiments/comings-and-goings";
export { cutDuringTask, type CutOff } from "./notebook/experiments/cut-cable";
export { countWork, restartBroker } from "./notebook/experiments/restart-broker";
export { checkMajordomoHand } from "./notebook/exercises/dynamic-workers";
export type { MajordomoHand, WorkerKit } from "./notebook/exercises/dynamic-workers-trial";

// notebook: chapter 10
export { sharesByChoice, type QuietDay } from "./notebook/experiments/idle-line";
export { runPoolOverSlowLink } from "./notebook/experiments/slow-link";
export { NO_OP, tasksPerSecond } from "./notebook/experiments/no-op-rate";
export { checkFairBroker } from "./notebook/exercises/load-balancing";
export type { MiniBroker } from "./notebook/experiments/broker-trial";

// notebook: what chapter 8 makes fail
export { failsAtFirst, hangsOn, postsLetters } from "./notebook/experiments/unreliable-work";
export { POISON, runWithPoison } from "./notebook/experiments/poison";
export {
  askLikeLazyPirate,
  askPlainly,
  askWhoMissesTheFirst,
  type Ask as AskForTasks,
} from "./notebook/experiments/asking";
export { historyOf, showHistory, type HistoryRow } from "./notebook/output/history";
export { checkOrderAll, type OrderAll, type OrderLine } from "./notebook/exercises/error-handling";

// notebook: chapter 11
export { slowJoiner, type Joining, type WaitFor } from "./notebook/experiments/slow-joiner";
export {
  slowSubscriber,
  type SlowSubscriberOptions,
  type SlowSubscriberReport,
} from "./notebook/experiments/slow-subscriber";
export { broadcastCost, type BroadcastCost } from "./notebook/experiments/broadcast-cost";

export { showBroadcast, type BroadcastDiagramOptions } from "./notebook/pictures/broadcast-diagram";
export { showClone, type CloneDiagramOptions } from "./notebook/pictures/clone-diagram";
export { showConversation, type ConversationOptions } from "./notebook/pictures/conversation";
export type { RecordedMessage } from "./notebook/pictures/sequence-data";
export { inStep, openBoard, openCloneServer, until } from "./notebook/lab/clone";
export { Middleman, type MiddlemanOptions } from "./notebook/experiments/clone-middleman";
export { heardRows, whoHears, type HeardTopics } from "./notebook/experiments/who-hears";
export { joinLate, type Knowledge } from "./notebook/experiments/join-late";
export { loseOneUpdate, type Belief } from "./notebook/experiments/lost-update";
export { restartServer, type Reading } from "./notebook/experiments/restart-clone-server";
export { searchPin, type Search } from "./notebook/experiments/shared-search";
export {
  runWithStatus,
  type StatusRun,
  type StatusRunOptions,
} from "./notebook/experiments/status-run";
export { liveStatus, type StatusRow } from "./notebook/output/status";
export { checkFollow } from "./notebook/exercises/broadcast";
export type { Follow, ReplicaKit, ReplicaUpdate } from "./notebook/exercises/broadcast-trial";

// notebook: chapter 12
export { payloadCost, realPayloads, type PayloadCost } from "./notebook/experiments/payload-cost";
export { whatSurvives, type Survival } from "./notebook/experiments/what-survives";
export { showBytes } from "./notebook/output/bytes";
export { showSchema } from "./notebook/output/schema";
export { showGroupedBars, type GroupedNumbers } from "./notebook/pictures/grouped-bars";
export { showPayloadBytes, showPayloadTimes } from "./notebook/pictures/payload-bars";
export { formatShares } from "./notebook/experiments/format-share";
export { sendOneTask } from "./notebook/experiments/one-task";
export { sendPicture, type Journey } from "./notebook/experiments/picture-formats";
export { changeAfterSend } from "./notebook/experiments/buffer-reuse";
export {
  runWithForeignWorker,
  type ForeignWorkerOptions,
} from "./notebook/experiments/foreign-worker";
export { damageEverywhere, deepTask, type FaultCount } from "./notebook/experiments/damaged-frames";
export { sendLargeFrames, type LargeFrameRow } from "./notebook/experiments/large-frame";
export { sendAcross } from "./notebook/experiments/field-numbers";
export { checkMyCodec } from "./notebook/exercises/payloads";

// notebook: chapter 13
export { answersInOrder, readChapters, type Chapter } from "./notebook/experiments/chapters";
export { compareAnalyses, type AnalysesRow } from "./notebook/experiments/analyses";
export { measureSpeedUp, type SpeedUpRow } from "./notebook/experiments/speed-up";
export { everySkill, type SkillRow } from "./notebook/experiments/every-skill";
export { giveUp, type Sighting } from "./notebook/experiments/give-up";
export { heartAtWork, type HeartRow } from "./notebook/experiments/hearts-at-work";
export {
  haveTroubles,
  type LlmTroubles,
  type TroubleRow,
} from "./notebook/experiments/llm-troubles";
export { showScores, type ScoresOptions } from "./notebook/pictures/scores";
export { showSpeedUp, type SpeedUpPoint } from "./notebook/pictures/speed-up";
export { showReport } from "./notebook/output/report";
export { showTeamCost } from "./notebook/pictures/team-cost";
export { showTeam, type TeamDiagramOptions } from "./notebook/pictures/team-diagram";
export { checkGlossary, totalUsage } from "./notebook/exercises/ai-agents";
export type { AgentOf, GlossaryEntry } from "./notebook/exercises/ai-agents-trial";
