import { randomInt } from "node:crypto";
import getPort from "get-port";

/**
 * A port that is free, and stays so until a process that has yet to start binds it: it lies below those that the
 * system gives to whoever wants any port, and to every connection that goes out.
 */
export function freePort(): Promise<number> {
  const port = Array.from({ length: 50 }, () => randomInt(10_000, 32_000));
  return getPort({ port });
}
