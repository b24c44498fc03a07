/** Addresses for pipelines that must meet at a known place, one run after the other. */
import type { PipelineAddresses } from "../../src/transport/addresses";
import { freePort } from "../free-port";

/** Three addresses whose ports are free right now. */
export async function freeAddresses(): Promise<Required<PipelineAddresses>> {
  const freeAddress = async () => `tcp://127.0.0.1:${await freePort()}`;
  return {
    taskVentilatorAddr: await freeAddress(),
    resultCollectorAddr: await freeAddress(),
    controlSyncAddr: await freeAddress(),
  };
}

/** Three addresses with whatever port is free at the moment of the bind. */
export const anyPorts: Required<PipelineAddresses> = {
  taskVentilatorAddr: "tcp://127.0.0.1:*",
  resultCollectorAddr: "tcp://127.0.0.1:*",
  controlSyncAddr: "tcp://127.0.0.1:*",
};
