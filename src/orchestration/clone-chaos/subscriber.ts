/** A process of a Clone chaos run that follows a part of the map until the run is over. */
import { Option } from "commander";
import { flag, runStandalone } from "../../agents/command-line";
import { cloneClientAgent, type CloneClientOptions } from "../../agents/clone/client";
import { cloneFlag } from "../../agents/clone/flags";
import { keepFinalState } from "./state-file";

if (require.main === module) {
  const { snapshotAddr, updatesAddr, changesAddr, heartbeatMs, liveness, name, subtree } =
    cloneFlag;
  const place = [snapshotAddr, updatesAddr, changesAddr, heartbeatMs, liveness, name, subtree];
  void runStandalone(
    "clone-chaos-subscriber",
    "Follows a part of the map until a Clone chaos run is over.",
    [...place, flag.highWaterMark, new Option("--state <file>")],
    async ({ state = "", ...options }: CloneClientOptions & { state?: string }) =>
      cloneClientAgent({
        ...options,
        onEvent: (event) => event.type !== "update" && options.onEvent?.(event),
        body: (map, signal) => keepFinalState(map, options.subtree ?? "", state, signal),
      }),
  );
}
