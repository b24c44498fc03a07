/** What becomes of a task whose try has failed: another try, or the end. Pure. */
import type { FailedResult } from "../../../messages/result-message";
import { backOff } from "../../../transport/back-off";
import { LONGEST_MS } from "../../../transport/patience";
import { checkDurations, checkTimeLimits, checkWholeNumbers } from "../../options";

/** When a failed task is tried again. */
export interface RetryPolicy {
  /** How many failed tries end a task as a dead letter. Default: 3. */
  maxAttempts?: number;
  /** The pause after the first failure, in milliseconds; doubled after each further one. Default: 100. */
  backoffMs?: number;
  /** The longest pause, in milliseconds. Default: 10 000. */
  maxBackoffMs?: number;
  /**
   * How long a task that was sent may be unanswered before that try counts as failed, in milliseconds: an
   * answer that the client cannot read says not whose it is, so nothing but time can tell. It must be longer
   * than the longest task and its wait in the broker's queue. Default: 300 000, 5 minutes.
   */
  taskTimeoutMs?: number;
  /**
   * The longest pause that an error may ask for by `retryAfterMs`, in milliseconds; one that asks for more ends
   * the task as a dead letter. Default: 60 000.
   */
  maxRetryAfterMs?: number;
  /**
   * Tells whether another try may help, also against the broker's "Overloaded" and against "NoAnswer". Default:
   * unless the error says `retryable: false`.
   */
  isRetryable?: (error: FailedResult["error"]) => boolean;
}

/** Fills in the defaults and checks the values. @throws RangeError naming the option that is wrong. */
export function withRetryDefaults(policy: RetryPolicy): Required<RetryPolicy> {
  const { maxAttempts = 3, backoffMs = 100, maxBackoffMs = 10_000 } = policy;
  const { taskTimeoutMs = 300_000, maxRetryAfterMs = 60_000 } = policy;
  const { isRetryable = ({ retryable }) => retryable !== false } = policy;
  checkWholeNumbers(1, { maxAttempts });
  checkTimeLimits({ taskTimeoutMs });
  checkDurations({ backoffMs, maxBackoffMs, maxRetryAfterMs }, LONGEST_MS);
  const pauses = { backoffMs, maxBackoffMs, maxRetryAfterMs };
  return { maxAttempts, ...pauses, taskTimeoutMs, isRetryable };
}

/** In how many milliseconds to try again after `failures` failures, the last with `error`; undefined: give it up. */
export function retryInMs(
  { maxAttempts, backoffMs, maxBackoffMs, maxRetryAfterMs, isRetryable }: Required<RetryPolicy>,
  failures: number,
  error: FailedResult["error"],
): number | undefined {
  const { retryAfterMs = 0 } = error;
  if (failures >= maxAttempts || !isRetryable(error)) return undefined;
  if (retryAfterMs > maxRetryAfterMs) return undefined;
  return Math.max(backOff(failures, backoffMs, maxBackoffMs), retryAfterMs);
}

/** Says why a task is given up: its last error, and that it asked for too long a pause, if it did. */
export function explainEnd(
  { maxRetryAfterMs }: Required<RetryPolicy>,
  { name, message, retryAfterMs = 0 }: FailedResult["error"],
): FailedResult["error"] {
  if (retryAfterMs <= maxRetryAfterMs) return { name, message };
  const wish = `it asked for a pause of ${retryAfterMs} ms, longer than maxRetryAfterMs, ${maxRetryAfterMs} ms`;
  return { name, message: `${message} (${wish})` };
}
