/** The three addresses of a Clone server, with their defaults. */
import {
  checkAddress,
  CLONE_CHANGES_ADDR,
  CLONE_SNAPSHOT_ADDR,
  CLONE_UPDATES_ADDR,
  type CloneAddresses,
} from "../../transport/addresses";

/** Fills in the defaults and checks the values. @throws TypeError naming the option that is wrong. */
export function withAddresses(options: CloneAddresses): Required<CloneAddresses> {
  const { snapshotAddr = CLONE_SNAPSHOT_ADDR, updatesAddr = CLONE_UPDATES_ADDR } = options;
  const { changesAddr = CLONE_CHANGES_ADDR } = options;
  const addresses = { snapshotAddr, updatesAddr, changesAddr };
  for (const [option, address] of Object.entries(addresses)) checkAddress(option, address);
  return addresses;
}
