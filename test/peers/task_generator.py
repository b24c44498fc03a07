"""The task generator as a plain pyzmq program: it shares tasks out among workers, then ends each.

    python task_generator.py --tasks 10 --workers 2

The Python original of this pipeline sleeps at this point and hopes that every worker is there by
then. This one knows: it counts the subscriptions to START and the workers' task connections.
"""

import argparse
import time
import uuid

import zmq
from zmq.utils.monitor import recv_monitor_message

parser = argparse.ArgumentParser()
parser.add_argument("--tasks", type=int, default=10)
parser.add_argument("--workers", type=int, default=2)
parser.add_argument("--task-delay-ms", type=float, default=100)
parser.add_argument("--task-ventilator-addr", default="tcp://127.0.0.1:5557")
parser.add_argument("--control-sync-addr", default="tcp://127.0.0.1:5559")
options = parser.parse_args()

context = zmq.Context()
tasks = context.socket(zmq.PUSH)
handshakes = tasks.get_monitor_socket(zmq.Event.HANDSHAKE_SUCCEEDED)  # before bind: none is missed
tasks.bind(options.task_ventilator_addr)
control = context.socket(zmq.XPUB)
control.setsockopt(zmq.XPUB_VERBOSE, 1)  # tell of every subscriber, not only of the first
control.bind(options.control_sync_addr)
print(f"[Generator] waiting for {options.workers} workers", flush=True)

for _ in range(options.workers):
    assert control.recv() == b"\x01START"
for _ in range(options.workers):
    recv_monitor_message(handshakes)
tasks.disable_monitor()
control.send_string("START")

for n in range(1, options.tasks + 1):
    task = {"task_id": str(uuid.uuid4()), "data": f"Task_{n}_payload", "timestamp": time.time()}
    tasks.send_json(task)
    print(f"[Generator] sent {task['data']}", flush=True)
    time.sleep(options.task_delay_ms / 1000)  # the pause belongs to the demonstration
for _ in range(options.workers):
    tasks.send_json({"task_id": "END_OF_TASKS", "data": None})

context.destroy()  # waits until everything is delivered: pyzmq's sockets linger
print("[Generator] done", flush=True)
