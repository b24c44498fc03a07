/** What thinks for an agent: a model inside this process or behind an address, one interface for all of them. */

/** What an engine may be asked to do with a text, and what comes of it. All of it travels as a Payload. */
export type Outputs = {
  sentiment: Sentiment;
  /** In the order of the text. */
  entities: Entity[];
  /** The most telling first. */
  "key-phrases": string[];
  summary: string;
};

/** Something that an engine can do. */
export type Skill = keyof Outputs;

/** How a text feels: `score` from -1 to 1. */
export type Sentiment = { score: number; label: "positive" | "neutral" | "negative" };

/** Somebody or something that a text names, and what kind of thing that is, in capitals: "DATE", "MONEY". */
export type Entity = { text: string; type: string };

/** One piece of thinking. */
export type EngineRequest<S extends Skill = Skill> = {
  skill: S;
  text: string;
  /** What a summary shall be about. Default: whatever the text itself is about. */
  question?: string;
  /** How many sentences, phrases or entities at the most. Default: 3 sentences, 5 phrases, 20 entities. */
  most?: number;
};

/** How an engine shall go about it. */
export interface CompleteOptions {
  /** Stops the engine, and the request over the network with it: `complete` rejects with the signal's reason. */
  signal?: AbortSignal;
  /** How long the whole answer may take, in milliseconds; then `complete` rejects with a "TimeLimit". Default: 60 000. */
  timeLimitMs?: number;
  /** Takes the answer as it is made, piece by piece; put together they are the summary. Other skills have no pieces. */
  onPart?: (text: string) => void;
  /** Whose answer it is: an engine that remembers what it has paid for gives the same task the same answer. */
  taskId?: string;
}

/** What an answer cost. */
export type Usage = {
  unit: "words" | "tokens";
  input: number;
  output: number;
  durationMs: number;
};

/** What came of a request. */
export interface EngineAnswer<S extends Skill = Skill> {
  output: Outputs[S];
  usage: Usage;
}

/** A model that agents can use. */
export interface AIEngine {
  /** The model, as people call it: "wink-eng-lite-web-model". */
  readonly name: string;
  readonly skills: readonly Skill[];
  /**
   * Does one request.
   * @throws EngineFailure when the engine cannot, of a kind that says whether another try may help.
   */
  complete<S extends Skill>(
    request: EngineRequest<S>,
    options?: CompleteOptions,
  ): Promise<EngineAnswer<S>>;
  /** Gives back what the engine holds: a thread, a connection. A closed engine cannot be asked any more. */
  close(): Promise<void>;
}

/** How long an answer may take unless the caller says otherwise, in milliseconds. */
export const TIME_LIMIT_MS = 60_000;
