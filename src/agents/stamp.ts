/** Who and when: what every event carries, and how an agent puts it on. */

/** What every event carries. */
export interface Stamp {
  /** Who reports: "Generator", "Worker-1", "Collector", "Broker", "Client". */
  agent: string;
  /** When, in milliseconds since 1970, with fractions. */
  at: number;
}

/** Milliseconds since 1970 with fractions, so that events of several processes fall in order. */
export const wallClock = (): number => performance.timeOrigin + performance.now();

/** An event before it is stamped. */
export type Unstamped<Event> = Event extends Stamp ? Omit<Event, keyof Stamp> : never;

/** Makes the function with which an agent reports: it adds who and when. */
export function createReporter<Event extends Stamp>(
  agent: string,
  clock: () => number,
  onEvent: (event: Event) => void = () => {},
): (event: Unstamped<Event>) => void {
  return (event) => onEvent({ agent, at: clock(), ...event } as unknown as Event);
}
