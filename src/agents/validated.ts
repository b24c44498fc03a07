/** Work that only sees data of the shape it was written for; all else becomes a failed result with a reason. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Payload } from "../messages/payload";
import type { Work, WorkContext } from "./work";

/**
 * Puts a schema in front of a work function. The schema may come from any library that speaks Standard
 * Schema (standardschema.dev): zod, valibot, arktype and others. What the schema fills in or leaves out, the
 * work does not have to. Data that does not fit fails with a "ValidationError", which names each place, and
 * is not tried again: it will not fit the next time either.
 */
export function validated<Schema extends StandardSchemaV1>(
  schema: Schema,
  work: (
    data: StandardSchemaV1.InferOutput<Schema>,
    context: WorkContext,
  ) => Payload | Promise<Payload>,
): Work {
  return async (data, context) => {
    const checked = await schema["~standard"].validate(data);
    if (!checked.issues) return work(checked.value, context);
    const error = new TypeError(checked.issues.map(describe).join("; "));
    error.name = "ValidationError";
    throw Object.assign(error, { retryable: false });
  };
}

function describe({ path = [], message }: StandardSchemaV1.Issue): string {
  const keys = path.map((part) => (typeof part === "object" ? part.key : part));
  const steps = keys.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`));
  return `data${steps.join("")}: ${message}`;
}
