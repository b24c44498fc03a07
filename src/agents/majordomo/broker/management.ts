/** The services of the broker itself: the Majordomo Management Interface, rfc.zeromq.org/spec/8. */

import { MMI_SERVICE } from "../../../messages/majordomo";

/**
 * Answers a management request with a code of three digits. `mmi.service` with a service's name as the
 * body: "200" when somebody offers it, "404" when nobody does; any other service: "501".
 */
export function answerManagement(
  service: string,
  [body]: Buffer[],
  isOffered: (service: string) => boolean,
): Buffer {
  if (service !== MMI_SERVICE) return Buffer.from("501");
  return Buffer.from(isOffered(String(body)) ? "200" : "404");
}
