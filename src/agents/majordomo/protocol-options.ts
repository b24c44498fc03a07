/** The checks of what a client and a worker tell of themselves on the wire. */
import { isManagement, isServiceName, type Dialect } from "../../messages/majordomo";

/** Checks which service to ask for or to offer. @throws TypeError naming the value. */
export function checkService(service: string): void {
  if (typeof service === "string" && isServiceName(service) && !isManagement(service)) return;
  throw new TypeError(
    "Cannot use service as it must be 1 to 200 printable characters that do not begin with mmi., " +
      `which is the broker's own: current value is ${JSON.stringify(service)}`,
  );
}

const dialects: Record<Dialect, true> = { "0.1": true, "0.2": true, "0.2-delimited": true };

/** Checks how to write the protocol. @throws TypeError naming the value. */
export function checkDialect(dialect: Dialect): void {
  const known = Object.keys(dialects);
  if (known.includes(dialect)) return;
  throw new TypeError(
    `Cannot use dialect as it must be ${known.join(", ")}: current value is ${JSON.stringify(dialect)}`,
  );
}
