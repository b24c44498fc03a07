/**
 * A lab to experiment in: however a cell ends (it returns, throws, is interrupted, or is run again
 * before it ended), no agent, socket or port of it is left.
 */
import { setImmediate } from "node:timers/promises";
import { handBackInterrupts, takeOverInterrupts } from "./interrupts";
import { Room, type Lab } from "./room";

const open = new Map<string, Room>();

/**
 * Runs `body` in a lab of that name and returns its value. First it closes what an earlier run of the
 * same name has left, and waits until that is really closed.
 * @throws Interrupted when the kernel is interrupted; else whatever `body` throws.
 */
export async function lab<T>(name: string, body: (lab: Lab) => Promise<T>): Promise<T> {
  await open.get(name)?.close();
  // A cell's first stretch of code runs in a mode of Node in which a new SIGINT handler makes the next
  // interrupt kill the kernel. One turn of the event loop later it is safe.
  await setImmediate();
  const room = new Room(name);
  open.set(name, room);
  takeOverInterrupts(stopAll);
  try {
    const value = await room.run(body);
    await room.close();
    if (room.failure) throw room.failure;
    return value;
  } finally {
    await room.close();
    if (open.get(name) === room) open.delete(name);
    if (open.size === 0) handBackInterrupts();
  }
}

async function stopAll(): Promise<void> {
  await Promise.all([...open.values()].map((room) => room.stop()));
}
