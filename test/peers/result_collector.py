"""The result collector as a plain pyzmq program: it prints each result, one line of JSON each.

    python result_collector.py --tasks 10 --workers 2

Like the Python original it expects as many messages as there are tasks and workers.
"""

import argparse
import json

import zmq

parser = argparse.ArgumentParser()
parser.add_argument("--tasks", type=int, default=10)
parser.add_argument("--workers", type=int, default=2)
parser.add_argument("--result-collector-addr", default="tcp://127.0.0.1:5558")
options = parser.parse_args()

context = zmq.Context()
results = context.socket(zmq.PULL)
results.bind(options.result_collector_addr)

for _ in range(options.tasks + options.workers):
    print(json.dumps(results.recv_json()), flush=True)

context.destroy()
