/** The chapters use the tutorial's fixed ports: whoever has one of them already makes them fail in a hundred ways. */
import { once } from "node:events";
import { createServer } from "node:net";
import * as addresses from "../../src/transport/addresses";

/** @throws Error when one of the tutorial's addresses is taken, and says which. */
export async function demandFreePorts(): Promise<void> {
  for (const address of Object.values(addresses)) {
    if (typeof address !== "string") continue;
    const { hostname, port } = new URL(address);
    const server = createServer().listen({ host: hostname, port: Number(port), exclusive: true });
    await once(server, "listening").catch((error: Error) => {
      const advice = "is a chapter, an agent or another test run still going on?";
      throw new Error(`The chapters need ${address} for themselves: ${advice}`, { cause: error });
    });
    server.close();
    await once(server, "close");
  }
}
