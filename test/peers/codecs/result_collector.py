"""The result collector as a plain pyzmq program that speaks another format than JSON.

    python result_collector.py --codec msgpack --tasks 10 --workers 2

It prints each message as a line of JSON, bytes as {"hex": …}.
"""

import argparse
import json

import zmq
from wire import add_codec_flags, codec_from

parser = argparse.ArgumentParser()
add_codec_flags(parser)
parser.add_argument("--tasks", type=int, default=10)
parser.add_argument("--workers", type=int, default=2)
parser.add_argument("--result-collector-addr", default="tcp://127.0.0.1:5558")
options = parser.parse_args()
codec = codec_from(options)

context = zmq.Context()
results = context.socket(zmq.PULL)
results.bind(options.result_collector_addr)

for _ in range(options.tasks + options.workers):
    message = codec.decode(results.recv_multipart())
    print(json.dumps(message, default=lambda value: {"hex": value.hex()}), flush=True)

context.destroy()
