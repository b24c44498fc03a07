"""The worker of the PyPI package majortomo (MDP 0.2, in a dialect of its own): one task at a time.

    python majortomo_worker.py --broker tcp://127.0.0.1:5555 --service echo

It is silent while it works, and has no answer for a task that a signal ends: it just leaves.
"""

import argparse

import zmq
from bodies import result_body, task_id_of
from leaving import leave_when_told, work_for
from majortomo import Worker
from majortomo.error import Disconnected

parser = argparse.ArgumentParser()
parser.add_argument("--broker", required=True)
parser.add_argument("--service", required=True, help="ASCII only")
parser.add_argument("--worker-id", default="py")
parser.add_argument("--work-ms", type=float, default=0)
parser.add_argument("--partials", type=int, default=0, help="partial replies before the final one")
parser.add_argument("--heartbeat-ms", type=float, default=2500)
parser.add_argument("--liveness", type=int, default=4, help="heartbeats until the broker is gone")
options = parser.parse_args()
name = f"[Worker-{options.worker_id}]"
heartbeat_s = options.heartbeat_ms / 1000

leave_when_told()
context = zmq.Context()
worker = Worker(
    options.broker,
    options.service,
    heartbeat_interval=heartbeat_s,
    heartbeat_timeout=heartbeat_s * options.liveness,
    zmq_context=context,
)
try:
    while True:
        if not worker.is_connected():
            worker.connect()
            print(f"{name} joins", flush=True)
        try:
            client, [task] = worker.wait_for_request()
        except Disconnected:
            print(f"{name} was told to leave", flush=True)
            continue
        print(f"{name} works on {task_id_of(task)}", flush=True)
        work_for(options.work_ms)
        for n in range(1, options.partials + 1):
            worker.send_reply_partial(client, [result_body(task, options.worker_id, f"Part_{n}")])
        worker.send_reply_final(client, [result_body(task, options.worker_id)])
        print(f"{name} finished {task_id_of(task)}", flush=True)
finally:
    worker.close()  # says DISCONNECT
    context.term()  # waits until it is said, up to majortomo's linger of 2.5 s
    print(f"{name} left", flush=True)
