/** A bar where one orders by message: its answers are late, and some requests it never gets. */
import { Router } from "zeromq";
import { encodeFrame, parseTaskFrame } from "../../messages/frame";
import { createResultMessage } from "../../messages/result-message";
import { isEndMessage } from "../../messages/task-message";
import type { Lab } from "../lab/room";

/** What came in. */
export interface OrderRequest {
  order: string;
  taskId: string;
}

/** A bar that is open. */
export interface Bar {
  address: string;
  /** What is to be ordered there. */
  orders: string[];
  /** Everything that was asked for, what got lost included. */
  requests: OrderRequest[];
  /** For how long nobody has asked for anything, in milliseconds. */
  quietMs: () => number;
}

/** An answer is late when it comes after the next request; a lost request is never answered. */
const manners: Record<string, "late" | "lost" | "prompt"> = {
  coffee: "late",
  tea: "prompt",
  cake: "lost",
  juice: "prompt",
};

/** Opens a ROUTER that answers as the manners say, each request with the id that it came with. */
export async function openBar(use: Lab["use"]): Promise<Bar> {
  const router = use(new Router({ linger: 0 }));
  await router.bind("tcp://127.0.0.1:*");
  const requests: OrderRequest[] = [];
  let heardAt = performance.now();
  const serve = async () => {
    for await (const [from, frame] of router) {
      heardAt = performance.now();
      const request = readOrder(frame);
      if (!request) continue;
      for (const { taskId, order } of dueAnswers(request, requests)) {
        const result = createResultMessage(taskId, `${order} is served`, "bar");
        await router.send([from!, encodeFrame(result)]);
      }
      requests.push(request);
    }
  };
  void serve().catch(() => {}); // it ends when the lab closes its socket
  const quietMs = () => performance.now() - heardAt;
  return { address: router.lastEndpoint!, orders: Object.keys(manners), requests, quietMs };
}

/** The first request for a "late" order is answered together with the second. */
function dueAnswers(request: OrderRequest, before: OrderRequest[]): OrderRequest[] {
  const earlier = before.filter(({ order }) => order === request.order);
  const manner = manners[request.order] ?? "prompt";
  if (earlier.length === 0 && manner !== "prompt") return [];
  return earlier.length === 1 && manner === "late" ? [...earlier, request] : [request];
}

function readOrder(frame: Buffer | undefined): OrderRequest | undefined {
  const parsed = frame && parseTaskFrame(frame);
  if (!parsed?.ok || isEndMessage(parsed.message)) return undefined;
  const { task_id: taskId, data } = parsed.message;
  return { taskId, order: typeof data === "string" ? data : JSON.stringify(data) };
}
