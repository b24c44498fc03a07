"""A task processor as a plain pyzmq program: it works on one task at a time, from START to END.

    python task_processor.py --worker-id 1

The Python original sleeps after its connects; this one has no need to, since its generator counts.
"""

import argparse
import time

import zmq

parser = argparse.ArgumentParser()
parser.add_argument("--worker-id", default="1")
parser.add_argument("--work-ms", type=float, default=600)
parser.add_argument("--task-ventilator-addr", default="tcp://127.0.0.1:5557")
parser.add_argument("--result-collector-addr", default="tcp://127.0.0.1:5558")
parser.add_argument("--control-sync-addr", default="tcp://127.0.0.1:5559")
options = parser.parse_args()
name = f"[Worker-{options.worker_id}]"

context = zmq.Context()
tasks = context.socket(zmq.PULL)
tasks.connect(options.task_ventilator_addr)
results = context.socket(zmq.PUSH)
results.connect(options.result_collector_addr)
control = context.socket(zmq.SUB)
control.connect(options.control_sync_addr)
control.setsockopt_string(zmq.SUBSCRIBE, "START")
assert control.recv_string() == "START"
print(f"{name} START heard", flush=True)

while (task := tasks.recv_json())["task_id"] != "END_OF_TASKS":
    time.sleep(options.work_ms / 1000)  # the work
    result = {
        "task_id": task["task_id"],
        "result_data": f"Result_for_({task['data']})_by_Worker-{options.worker_id}",
        "worker_id": options.worker_id,
        "timestamp": time.time(),
    }
    results.send_json(result)
    print(f"{name} finished {result['result_data']}", flush=True)
results.send_json({"task_id": "WORKER_DONE", "worker_id": options.worker_id})

context.destroy()  # waits until everything is delivered: pyzmq's sockets linger
print(f"{name} done", flush=True)
