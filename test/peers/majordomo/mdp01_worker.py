"""A worker of the older Majordomo Protocol, MDP 0.1 (rfc.zeromq.org/spec/7), as a plain pyzmq program.

    python mdp01_worker.py --broker tcp://127.0.0.1:5555 --service echo

It has one thread, like the workers of the ZeroMQ Guide: while it works it sends no heartbeat, and it
leaves in the middle of a task when a signal says so.
"""

import argparse
import math
import time

import zmq
from bodies import result_body, task_id_of
from leaving import leave_when_told, work_for

READY, REQUEST, REPLY, HEARTBEAT, DISCONNECT = (bytes([code]) for code in range(1, 6))

parser = argparse.ArgumentParser()
parser.add_argument("--broker", required=True)
parser.add_argument("--service", required=True)
parser.add_argument("--worker-id", default="py")
parser.add_argument("--work-ms", type=float, default=0)
parser.add_argument("--heartbeat-ms", type=float, default=2500)
parser.add_argument("--liveness", type=int, default=3, help="heartbeats until the broker is gone")
options = parser.parse_args()
name = f"[Worker-{options.worker_id}]"
heartbeat_s = options.heartbeat_ms / 1000


def work_until_told_to_leave():
    conversation = Conversation()
    try:
        while True:
            command, frames = conversation.next_command()
            if command == REQUEST:
                conversation.send(REPLY, *work_on(*frames))
            elif command == DISCONNECT:
                conversation.socket.close(linger=0)
                conversation = Conversation()  # the protocol asks for a new socket
            else:
                assert command == HEARTBEAT, f"unexpected command {command}"
    finally:
        conversation.send(DISCONNECT)
        context.destroy(linger=1000)  # DISCONNECT gets a second to leave
        print(f"{name} left", flush=True)


def work_on(client, empty, task):
    """The frames of the reply: the client's address, the delimiter, the result."""
    assert empty == b"", f"the client's address is followed by {empty}"
    print(f"{name} works on {task_id_of(task)}", flush=True)
    work_for(options.work_ms)
    print(f"{name} finished {task_id_of(task)}", flush=True)
    return client, b"", result_body(task, options.worker_id)


class Conversation:
    """What is said with the broker on one socket, from READY to DISCONNECT."""

    def __init__(self):
        self.socket = context.socket(zmq.DEALER)
        self.socket.connect(options.broker)
        self.send(READY, options.service.encode())
        print(f"{name} joins", flush=True)

    def send(self, command, *frames):
        self.socket.send_multipart([b"", b"MDPW01", command, *frames])
        self.said_at = time.monotonic()

    def next_command(self):
        """Waits for it, with heartbeats meanwhile; a broker silent for too long counts as DISCONNECT.

        The silence is counted from here: what a worker at work did not listen to is no silence.
        """
        lost_at = time.monotonic() + heartbeat_s * options.liveness
        while (now := time.monotonic()) < lost_at:
            if now >= self.said_at + heartbeat_s:
                self.send(HEARTBEAT)
            wake_at = min(self.said_at + heartbeat_s, lost_at)
            if self.socket.poll(math.ceil((wake_at - now) * 1000)):
                empty, header, command, *frames = self.socket.recv_multipart()
                assert (empty, header) == (b"", b"MDPW01"), f"not of MDP 0.1: {empty}, {header}"
                return command, frames
        print(f"{name} hears nothing from the broker", flush=True)
        return DISCONNECT, []


context = zmq.Context()
leave_when_told()
work_until_told_to_leave()
