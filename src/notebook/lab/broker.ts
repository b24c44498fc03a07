/** A real broker in a lab, for experiments with those who connect to it. */
import { majordomoBrokerAgent, type MajordomoBrokerOptions } from "../../agents/majordomo/broker";
import type { Lab } from "./room";

/** Starts a broker that runs until the lab closes, on a port that was free. @returns where it is. */
export async function openBroker(
  { signal, use }: Pick<Lab, "signal" | "use">,
  { onEvent, ...options }: MajordomoBrokerOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const broker = majordomoBrokerAgent({
      brokerAddr: "tcp://127.0.0.1:*",
      ...options,
      signal,
      onEvent(event) {
        onEvent?.(event);
        if (event.type === "listening") resolve(event.addresses[0]!);
      },
    });
    use(broker).catch(reject);
  });
}
