/** Work whose results JSON cannot carry. */
import type { Payload } from "../../src/messages/payload";

export const work = (): Payload => ({ bytes: new Uint8Array([1, 2]), numbers: [NaN, -0] });
