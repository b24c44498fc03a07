/** A real Clone server and its clients in a lab: boards to read and write by hand. */
import { setTimeout as delay } from "node:timers/promises";
import { cloneClientAgent, type CloneClientOptions } from "../../agents/clone/client";
import type { SharedMap } from "../../agents/clone/client/shared-map";
import { cloneServerAgent, type CloneServerOptions } from "../../agents/clone/server";
import type { CloneAddresses } from "../../transport/addresses";
import type { Lab } from "./room";

/** Ports that are free. */
export const anyPorts: Required<CloneAddresses> = {
  snapshotAddr: "tcp://127.0.0.1:*",
  updatesAddr: "tcp://127.0.0.1:*",
  changesAddr: "tcp://127.0.0.1:*",
};

/** Starts a server that runs until the lab closes, on ports that were free. @returns where it is. */
export function openCloneServer(
  { signal, use }: Lab,
  { onEvent, ...options }: CloneServerOptions = {},
): Promise<Required<CloneAddresses>> {
  return new Promise((resolve, reject) => {
    const server = cloneServerAgent({
      ...anyPorts,
      ...options,
      signal,
      onEvent(event) {
        onEvent?.(event);
        if (event.type === "listening") resolve(readPlaces(event.addresses));
      },
    });
    use(server).catch(reject);
  });
}

/** Reads the addresses of a server from what it reports. */
export function readPlaces(addresses: readonly string[]): Required<CloneAddresses> {
  const [snapshotAddr, updatesAddr, changesAddr] = addresses as [string, string, string];
  return { snapshotAddr, updatesAddr, changesAddr };
}

/** Starts a client that follows the server until the lab closes. @returns its copy of the map, once that is the server's state. */
export function openBoard({ signal, use }: Lab, options: CloneClientOptions): Promise<SharedMap> {
  return new Promise((resolve, reject) => {
    const body = (board: SharedMap) => {
      resolve(board);
      return new Promise<void>(() => {}); // until the client is stopped
    };
    use(cloneClientAgent({ ...options, signal, body })).catch(reject);
  });
}

/** Waits until all copies have come to the same update, and are the server's state. @throws Error when they do not within a minute. */
export function inStep(...boards: SharedMap[]): Promise<void> {
  const last = () => Math.max(...boards.map(({ sequence }) => sequence));
  return until(
    () => boards.every(({ isCurrent, sequence }) => isCurrent && sequence === last()),
    "The copies did not come to the same update",
  );
}

const LOOK_UP_MS = 5;
const PATIENCE_MS = 60_000;

/** Waits until something is so. @throws Error beginning with `otherwise` when it is not within a minute. */
export async function until(isSo: () => boolean, otherwise: string): Promise<void> {
  for (const startedAt = Date.now(); !isSo(); await delay(LOOK_UP_MS))
    if (Date.now() - startedAt > PATIENCE_MS) throw new Error(`${otherwise} within a minute.`);
}
