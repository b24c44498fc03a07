/** The chapters use the pipeline's fixed ports, so test files that run chapters take turns. */
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Held while a test file runs chapters. The system frees it when the file's process ends, however it ends. */
const TURN_PORT = 5556;

/** Waits until no other test file runs chapters; the returned function ends this file's turn. */
export async function takeTurn(): Promise<() => void> {
  const server = createServer((waiting) => waiting.on("error", () => {}));
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  for (;;) {
    server.listen({ port: TURN_PORT, host: "127.0.0.1", exclusive: true });
    const taken = await Promise.race([
      once(server, "listening").then(() => false),
      once(server, "error").then(() => true),
    ]).catch(() => true);
    if (!taken) break;
    await untilHolderEnds();
  }
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}

/** The holder accepts connections and keeps them as long as its turn lasts. */
async function untilHolderEnds(): Promise<void> {
  const holder = connect(TURN_PORT, "127.0.0.1");
  holder.on("error", () => {});
  await once(holder, "close");
}
