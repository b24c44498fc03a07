/** A stranger who talks nonsense to a broker: random frames, and frames that are nearly right. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { Dealer } from "zeromq";
import { STOPPED_LINGER_MS } from "../../transport/sockets";

const headers = ["MDPW02", "MDPC02", "MDPW01", "MDPC01", "MDPX99", ""];

/** Sends twenty messages of a stranger. */
export async function throwGarbage(brokerAddr: string, seed: number): Promise<void> {
  const dice = xoroshiro128plus(seed);
  const roll = (from: number, to: number) => uniformInt(dice, from, to);
  const noise = () => Buffer.from(Array.from({ length: roll(0, 12) }, () => roll(0, 255)));
  const stranger = new Dealer({ linger: STOPPED_LINGER_MS, sendTimeout: 1000 });
  try {
    stranger.connect(brokerAddr);
    for (let left = 20; left > 0; left--) {
      const header = headers[roll(0, headers.length - 1)]!;
      const start = roll(0, 1) ? [header] : ["", header];
      // 1 and 2 would make a client's message a request, and a real one.
      const code = Buffer.of(header.startsWith("MDPC") ? roll(3, 9) : roll(0, 9));
      await stranger.send([...start, code, ...Array.from({ length: roll(0, 4) }, noise)]);
    }
  } catch {
    // nobody listens just now
  } finally {
    stranger.close();
  }
}
