/** What a client says to its broker, in its dialect. */
import { encodeMessage, type Wire } from "../../../messages/frame";
import {
  encodeClientCommand,
  MMI_CANCEL,
  MMI_SERVICE,
  type Dialect,
} from "../../../messages/majordomo";
import type { BrokerLink } from "./broker-link";
import type { Request } from "./request-ledger";

/** A client's voice. Nothing tells whether it is heard. */
export class RequestLine {
  constructor(
    private readonly settings: Wire & { dialect: Dialect },
    private readonly link: BrokerLink,
  ) {}

  /** Sends a task. @throws as encodeMessage does. */
  send({ task, service }: Pick<Request, "task" | "service">): void {
    this.#post(service, encodeMessage(task, this.settings));
  }

  /** While all workers are busy a broker that lives is as silent as a dead one, so it is asked (rfc.zeromq.org/spec/8). */
  ask(service: string): void {
    if (this.link.isConnected) this.#manage(MMI_SERVICE, service);
  }

  /** Takes a task back: a broker that knows no such request answers 501, which hurts nobody. */
  cancel(taskId: string): void {
    this.#manage(MMI_CANCEL, taskId);
  }

  /** In the dialect whose answers name no service the broker's own would pass for a worker's. */
  #manage(service: string, subject: string): void {
    if (this.settings.dialect !== "0.2-delimited") this.#post(service, [Buffer.from(subject)]);
  }

  #post(service: string, body: Buffer[]): void {
    const { dialect } = this.settings;
    this.link.post(encodeClientCommand(dialect, { type: "request", service, body }));
  }
}
