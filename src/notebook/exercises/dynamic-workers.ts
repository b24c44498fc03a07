/** The exercise of chapter 9: a worker made by hand that does its work, and forgets to send heartbeats. */
import { lab } from "../lab/lab";
import { judgeHand } from "./dynamic-workers-judge";
import { tryOut, type MajordomoHand, type WorkerKit } from "./dynamic-workers-trial";
import { showVerdict, type Verdict } from "./verdict";

/** Lets the reader's worker work for a real broker, and shows how it went. */
export async function checkMajordomoHand(myWorker: MajordomoHand): Promise<void> {
  showVerdict(await tryMajordomoHand(myWorker));
}

/** A worker made by hand whose heart beats for as long as it lives. */
export async function solveMajordomoHand({ broker, work, heartbeatMs }: WorkerKit): Promise<void> {
  const [READY, REQUEST, FINAL, HEARTBEAT] = [1, 2, 4, 5].map((code) => Buffer.of(code));
  await broker.send(["MDPW02", READY!, "work"]);
  const heart = setInterval(() => void broker.send(["MDPW02", HEARTBEAT!]), heartbeatMs);
  try {
    for await (const [, command, client, , body] of broker) {
      if (!command!.equals(REQUEST!)) continue;
      await broker.send(["MDPW02", FINAL!, client!, "", await work(body!)]);
    }
  } finally {
    clearInterval(heart);
  }
}

/** Tells what checkMajordomoHand shows. */
export async function tryMajordomoHand(myWorker: MajordomoHand): Promise<Verdict> {
  return lab("exercise of chapter 9", async (room) => judgeHand(await tryOut(myWorker, room)));
}
