"""A client of the older Majordomo Protocol, MDP 0.1 (rfc.zeromq.org/spec/7), as a plain pyzmq program.

    python mdp01_client.py --broker tcp://127.0.0.1:5555 --service echo --tasks 10
    python mdp01_client.py --broker tcp://127.0.0.1:5555 --service echo --mmi

A Lazy Pirate: with no answer in time it throws its REQ socket away, which could only wait on, and asks
again on a new one. It prints each answer as one line of JSON; with --mmi only the broker's word on
whether the service exists, a number. Each further attempt is a line on stderr, the last ends it with code 1.
"""

import argparse
import sys

import zmq
from bodies import task_body

parser = argparse.ArgumentParser()
parser.add_argument("--broker", required=True)
parser.add_argument("--service", required=True)
parser.add_argument("--tasks", type=int, default=10)
parser.add_argument("--mmi", action="store_true", help="only ask whether the service exists")
parser.add_argument("--timeout-ms", type=int, default=2500, help="for each attempt")
parser.add_argument("--attempts", type=int, default=3, help="how often it asks, the first included")
options = parser.parse_args()


def ask(service, body):
    """The frame that answers the request, after one attempt or more."""
    for attempt in range(1, options.attempts + 1):
        answer = ask_once(service.encode(), body)
        if answer is not None:
            return answer
        print(f"no answer to attempt {attempt} of {options.attempts}", file=sys.stderr, flush=True)
    raise SystemExit(f"{options.broker} does not answer")


def ask_once(service, body):
    """The frame that answers the request; None when none came in time, and then the socket is a new one."""
    global broker
    broker.send_multipart([b"MDPC01", service, body])
    if broker.poll(options.timeout_ms):
        header, answering_service, answer = broker.recv_multipart()
        assert header == b"MDPC01", f"not of MDP 0.1: {header}"
        assert answering_service == service, f"{service} was asked, {answering_service} answers"
        return answer
    broker.close(linger=0)
    broker = connect()
    return None


def connect():
    socket = context.socket(zmq.REQ)  # adds the empty frame before the header, and takes it off
    socket.connect(options.broker)
    return socket


context = zmq.Context()
broker = connect()
try:
    if options.mmi:
        print(ask("mmi.service", options.service.encode()).decode(), flush=True)
    else:
        for n in range(1, options.tasks + 1):
            print(ask(options.service, task_body(n)).decode(), flush=True)
finally:
    context.destroy(linger=0)  # a request to nobody would keep it waiting for ever
