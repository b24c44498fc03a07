"""A task processor as a plain pyzmq program that speaks another format than JSON, from START to END.

    python task_processor.py --codec msgpack --worker-id 1

It shows that it has read the data: it adds the numbers up, and turns the bytes round.
"""

import argparse
import time

import zmq
from wire import add_codec_flags, codec_from

parser = argparse.ArgumentParser()
add_codec_flags(parser)
parser.add_argument("--worker-id", default="1")
parser.add_argument("--task-ventilator-addr", default="tcp://127.0.0.1:5557")
parser.add_argument("--result-collector-addr", default="tcp://127.0.0.1:5558")
parser.add_argument("--control-sync-addr", default="tcp://127.0.0.1:5559")
options = parser.parse_args()
codec = codec_from(options)

context = zmq.Context()
tasks = context.socket(zmq.PULL)
tasks.connect(options.task_ventilator_addr)
results = context.socket(zmq.PUSH)
results.connect(options.result_collector_addr)
control = context.socket(zmq.SUB)
control.connect(options.control_sync_addr)
control.setsockopt_string(zmq.SUBSCRIBE, "START")
assert control.recv_string() == "START"

while (task := codec.decode(tasks.recv_multipart()))["task_id"] != "END_OF_TASKS":
    data = task["data"]
    result_data = {
        "echo": data,
        "sum": sum(data["numbers"]),
        "characters": len(data["text"]),
        "turned": data["bytes"][::-1],
    }
    result = {
        "task_id": task["task_id"],
        "result_data": result_data,
        "worker_id": options.worker_id,
        "timestamp": time.time(),
    }
    results.send_multipart(codec.encode(result))
results.send_multipart(codec.encode({"task_id": "WORKER_DONE", "worker_id": options.worker_id}))

context.destroy()  # waits until everything is delivered: pyzmq's sockets linger
