/** A longer way between two machines, laid on one: everything arrives, some milliseconds later. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { majordomoBrokerAgent } from "../../agents/majordomo/broker";
import { majordomoClientAgent } from "../../agents/majordomo/client";
import { majordomoWorkerAgent } from "../../agents/majordomo/worker";
import { orchestratePool, type PoolReport } from "../../orchestration/pool";
import type { RunPoolOptions } from "../../orchestration/run-pool";

/** Runs a pool as runPool does, with workers that are `delayMs` milliseconds away from the broker, each way. */
export async function runPoolOverSlowLink(
  delayMs: number,
  { createData, work, ...options }: RunPoolOptions = {},
): Promise<PoolReport> {
  let link: Promise<SlowLink> | undefined;
  const launch = {
    inTurn: true,
    broker: majordomoBrokerAgent,
    client: (given: object) => majordomoClientAgent({ ...given, createData }),
    worker: async (given: { brokerAddr?: string }) => {
      link ??= SlowLink.to(given.brokerAddr!, delayMs);
      return majordomoWorkerAgent({ ...given, work, brokerAddr: (await link).address });
    },
  };
  try {
    return await orchestratePool(launch, options);
  } finally {
    await (await link)?.close();
  }
}

/** Who has said its last word may still be spoken to. */
const HALF_OPEN = { allowHalfOpen: true };

/** Carries TCP connections from an address of its own to another, each piece `delayMs` after it came. */
export class SlowLink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly target: { host: string; port: number },
    private readonly delayMs: number,
  ) {
    this.#server = createServer(HALF_OPEN, (near) => this.#join(near));
  }

  /** Lays a link to `address`, such as tcp://127.0.0.1:5555. */
  static async to(address: string, delayMs: number): Promise<SlowLink> {
    const { hostname: host, port } = new URL(address);
    const link = new SlowLink({ host, port: Number(port) }, delayMs);
    await once(link.#server.listen(0, "127.0.0.1"), "listening");
    return link;
  }

  /** Where to connect in place of the target. */
  get address(): string {
    return `tcp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Takes the link away, with whatever is still on its way. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket): void {
    const far = connect({ ...this.target, ...HALF_OPEN });
    this.#carry(near, far);
    this.#carry(far, near);
  }

  /** Many pieces are under way at once; timers of one length go off in the order in which they were set. */
  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    const later = (deliver: () => void) => setTimeout(deliver, this.delayMs);
    from.on("data", (piece) => later(() => to.write(piece)));
    from.on("end", () => later(() => to.end()));
    from.on("error", () => {}); // "close" follows
    from.on("close", (hadError) => {
      this.#sockets.delete(from);
      if (hadError) later(() => to.destroy());
    });
  }
}
