/** What becomes of a task whose worker answered with an error: another try, or the end. Pure. */
import type { FailedResult } from "../../../messages/result-message";
import { backOff } from "../../../transport/back-off";
import { LONGEST_MS } from "../../../transport/patience";
import { checkDurations, checkWholeNumbers } from "../../options";

/** When a failed task is tried again. */
export interface RetryPolicy {
  /** How many failed answers end a task as a dead letter. Default: 3. */
  maxAttempts?: number;
  /** The pause after the first failure, in milliseconds; doubled after each further one. Default: 100. */
  backoffMs?: number;
  /** The longest pause, in milliseconds. Default: 10 000. */
  maxBackoffMs?: number;
  /** Tells whether another try may help, also against the broker's "Overloaded". Default: always. */
  isRetryable?: (error: FailedResult["error"]) => boolean;
}

/** Fills in the defaults and checks the values. @throws RangeError naming the option that is wrong. */
export function withRetryDefaults(policy: RetryPolicy): Required<RetryPolicy> {
  const { maxAttempts = 3, backoffMs = 100, maxBackoffMs = 10_000 } = policy;
  const { isRetryable = () => true } = policy;
  checkWholeNumbers(1, { maxAttempts });
  checkDurations({ backoffMs, maxBackoffMs }, LONGEST_MS);
  return { maxAttempts, backoffMs, maxBackoffMs, isRetryable };
}

/** In how many milliseconds to try again after `failures` failures, the last with `error`; undefined: give it up. */
export function retryInMs(
  { maxAttempts, backoffMs, maxBackoffMs, isRetryable }: Required<RetryPolicy>,
  failures: number,
  error: FailedResult["error"],
): number | undefined {
  if (failures >= maxAttempts || !isRetryable(error)) return undefined;
  return backOff(failures, backoffMs, maxBackoffMs);
}
