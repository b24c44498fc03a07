/** A network cable that can be cut: bytes stop without a word, and neither end hears that the other is gone. */
import { once } from "node:events";
import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";

/** Carries TCP connections from an address of its own to another. */
export class Cable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(private readonly target: { host: string; port: number }) {
    this.#server = createServer((near) => this.#join(near));
  }

  /** Lays a cable to `address`, such as tcp://127.0.0.1:5555. */
  static async to(address: string): Promise<Cable> {
    const { hostname: host, port } = new URL(address);
    const cable = new Cable({ host, port: Number(port) });
    await once(cable.#server.listen(0, "127.0.0.1"), "listening");
    return cable;
  }

  /** Where to connect in place of the target. */
  get address(): string {
    return `tcp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on nothing arrives, in either direction; connections stay as they are. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  /** Mends the cable. What was sent meanwhile is lost, with the connections: who has waited connects again. */
  mend(): void {
    this.#isCut = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Takes the cable away. */
  async close(): Promise<void> {
    this.mend();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket): void {
    const far = connect(this.target);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        if (!this.#isCut) other.destroy();
      });
    }
    if (!this.#isCut) near.pipe(far).pipe(near);
  }
}
