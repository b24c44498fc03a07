/** The services of the broker itself: the Majordomo Management Interface, rfc.zeromq.org/spec/8. */
import { MMI_CANCEL, MMI_SERVICE } from "../../../messages/majordomo";

/** What a client may ask of the broker itself. */
export interface Management {
  isOffered(service: string): boolean;
  /** Drops a task of the client that asks; tells whether there was one. */
  cancel(taskId: string): boolean;
}

/**
 * Answers a management request with a code of three digits. `mmi.service` with a service's name as the
 * body: "200" when somebody offers it, "404" when nobody does. `mmi.cancel`, which is this broker's own, with a
 * task_id as the body: "200" when the client had such a task here, "404" when not. Any other service: "501".
 */
export function answerManagement(service: string, body: Buffer[], broker: Management): Buffer {
  const subject = String(body[0]);
  if (service === MMI_SERVICE) return code(broker.isOffered(subject));
  if (service === MMI_CANCEL) return code(broker.cancel(subject));
  return Buffer.from("501");
}

function code(isFound: boolean): Buffer {
  return Buffer.from(isFound ? "200" : "404");
}
