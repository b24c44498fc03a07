"""The client of the PyPI package majortomo (MDP 0.2, in a dialect of its own): one task after the other.

    python majortomo_client.py --broker tcp://127.0.0.1:5555 --service echo --tasks 10
    python majortomo_client.py --broker tcp://127.0.0.1:5555 --service echo --mmi

It prints every part of every answer as one line of JSON; with --mmi only the broker's word on whether
the service exists, a number. It never asks twice: the first time-out ends it, with code 1.
"""

import argparse

from bodies import task_body
from majortomo import Client
from majortomo.error import Timeout

parser = argparse.ArgumentParser()
parser.add_argument("--broker", required=True)
parser.add_argument("--service", required=True, help="ASCII only")
parser.add_argument("--tasks", type=int, default=10)
parser.add_argument("--mmi", action="store_true", help="only ask whether the service exists")
parser.add_argument("--timeout-ms", type=float, default=10_000, help="for each part of an answer")
options = parser.parse_args()


def ask(service, body):
    """Sends one request and prints each part of its answer."""
    client.send(service, body)
    try:
        for [frame] in client.recv_all(options.timeout_ms / 1000):
            print(frame.decode(), flush=True)
    except Timeout:
        raise SystemExit(f"no answer from {service} within {options.timeout_ms:g} ms") from None


with Client(options.broker) as client:
    if options.mmi:
        ask("mmi.service", options.service.encode())
    else:
        for n in range(1, options.tasks + 1):
            ask(options.service, task_body(n))
