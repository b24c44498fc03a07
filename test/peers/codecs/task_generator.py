"""The task generator as a plain pyzmq program that speaks another format than JSON.

    python task_generator.py --codec msgpack --tasks 10 --workers 2
"""

import argparse
import time
import uuid

import zmq
from wire import add_codec_flags, codec_from
from zmq.utils.monitor import recv_monitor_message

parser = argparse.ArgumentParser()
add_codec_flags(parser)
parser.add_argument("--tasks", type=int, default=10)
parser.add_argument("--workers", type=int, default=2)
parser.add_argument("--task-ventilator-addr", default="tcp://127.0.0.1:5557")
parser.add_argument("--control-sync-addr", default="tcp://127.0.0.1:5559")
options = parser.parse_args()
codec = codec_from(options)

context = zmq.Context()
tasks = context.socket(zmq.PUSH)
handshakes = tasks.get_monitor_socket(zmq.Event.HANDSHAKE_SUCCEEDED)  # before bind: none is missed
tasks.bind(options.task_ventilator_addr)
control = context.socket(zmq.XPUB)
control.setsockopt(zmq.XPUB_VERBOSE, 1)  # tell of every subscriber, not only of the first
control.bind(options.control_sync_addr)
for _ in range(options.workers):
    assert control.recv() == b"\x01START"
for _ in range(options.workers):
    recv_monitor_message(handshakes)
tasks.disable_monitor()
control.send_string("START")

for n in range(1, options.tasks + 1):
    data = {
        "numbers": [n, 0.5, -(2**40)],
        "text": f"Task {n}: ä 😀",
        "bytes": bytes([0, 255, n]),
        "nested": {"list": [None, True, [], {}, ["x"]], "": -1.5e300},
    }
    task = {"task_id": str(uuid.uuid4()), "data": data, "timestamp": time.time()}
    tasks.send_multipart(codec.encode(task))
for _ in range(options.workers):
    tasks.send_multipart(codec.encode({"task_id": "END_OF_TASKS", "data": None}))

context.destroy()  # waits until everything is delivered: pyzmq's sockets linger
