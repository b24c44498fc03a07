/** Why an engine gave no answer, in words that a retry policy understands. */

/** What can go wrong, and whether another try of the same request may help. */
const RETRYABLE = {
  /** Too many requests: wait for as long as the engine says. */
  RateLimited: true,
  /** The engine cannot be reached, or fails by itself (5xx). */
  EngineUnavailable: true,
  /** The engine has begun, and says nothing any more. */
  EngineStalled: true,
  /** The answer as a whole took too long. */
  TimeLimit: true,
  /** The answer ended in the middle. */
  StreamCut: true,
  /** There is an answer, but not of the shape that was asked for: no JSON, or the wrong fields. */
  InvalidAnswer: true,
  /** The engine does not want to answer this. */
  Refused: false,
  /** The engine does not take the request: a wrong model, a wrong key, too long a text, a skill it has not. */
  RequestRejected: false,
} as const;

/** The kinds of failure. */
export type EngineFailureName = keyof typeof RETRYABLE;

/** An engine that gave no answer. It travels as a failed result, with `retryable` and `retryAfterMs`. */
export class EngineFailure extends Error {
  /** Whether another try of the same request may help. */
  readonly retryable: boolean;
  /** How long to wait before, in milliseconds, where the engine has said so. */
  readonly retryAfterMs?: number;

  constructor(
    override readonly name: EngineFailureName,
    message: string,
    options: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.retryable = RETRYABLE[name];
    this.retryAfterMs = options.retryAfterMs;
  }
}
