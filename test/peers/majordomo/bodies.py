"""The bodies of requests and replies: the pipeline's task and result messages, one frame of JSON each."""

import json
import time
import uuid


def task_body(n):
    """The frame of the nth task."""
    task = {"task_id": str(uuid.uuid4()), "data": f"Task_{n}_payload", "timestamp": time.time()}
    return json.dumps(task).encode()


def task_id_of(task_frame):
    return json.loads(task_frame)["task_id"]


def result_body(task_frame, worker_id, of="Result"):
    """The frame that answers a task's frame."""
    task = json.loads(task_frame)
    result = {
        "task_id": task["task_id"],
        "result_data": f"{of}_for_({task['data']})_by_Worker-{worker_id}",
        "worker_id": worker_id,
        "timestamp": time.time(),
    }
    return json.dumps(result).encode()
