"""The broker of the PyPI package majortomo (MDP 0.2, in a dialect of its own); it logs to stdout.

    python majortomo_broker.py --bind tcp://127.0.0.1:5555

It answers no mmi.service, sends a busy worker no heartbeats, and loses the task of a worker that dies.
On a signal it ends at the next heartbeat.
"""

import argparse
import logging
import signal
import sys

from leaving import end_with_parent
from majortomo.broker import Broker

parser = argparse.ArgumentParser()
parser.add_argument("--bind", required=True, help="with a port: majortomo cannot unbind tcp://…:*")
parser.add_argument("--heartbeat-ms", type=float, default=2500)
parser.add_argument("--liveness", type=int, default=4, help="heartbeats until an idle worker is gone")
parser.add_argument("--busy-ms", type=float, default=900_000, help="until a busy worker is gone")
options = parser.parse_args()

logging.basicConfig(format="%(levelname)s %(message)s", level=logging.INFO, stream=sys.stdout)
heartbeat_s = options.heartbeat_ms / 1000
broker = Broker(
    options.bind,
    heartbeat_interval=heartbeat_s,
    heartbeat_timeout=heartbeat_s * options.liveness,
    busy_worker_timeout=options.busy_ms / 1000,
)
for stop in (signal.SIGTERM, signal.SIGINT):
    signal.signal(stop, lambda *_: broker.stop())
end_with_parent()
broker.run()
