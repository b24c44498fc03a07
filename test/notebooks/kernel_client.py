"""A Jupyter client for tests: reads a command a line (JSON) on stdin, answers each with a line on stdout.

    {"execute": [code, …], "interruptAfter": text}   runs cells, all sent at once, up to the first that fails; interrupts when an output has the text
    {"late": true}                                   waits for an output that comes after its cell was done
    {"info": true}                                   asks who the kernel is
    {"shutdown": true}                               shuts the kernel down
"""

import asyncio
import json
import subprocess
import sys

from kernels import kernel_manager


async def main():
    manager = kernel_manager("ours")
    # A kernel that shared our stdout would make it non-blocking, and long answers would be cut.
    await manager.start_kernel(stdout=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        answer({"pid": manager.provisioner.pid})
        await serve(Session(manager, client))
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


async def serve(session):
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command = json.loads(line)
        if "execute" in command:
            answer(await session.execute(command["execute"], command.get("interruptAfter")))
        elif "late" in command:
            answer(await session.late_output())
        elif "info" in command:
            answer((await session.client.kernel_info(reply=True))["content"])
        elif "shutdown" in command:
            answer(await session.shut_down())


class Session:
    def __init__(self, manager, client):
        self.manager = manager
        self.client = client
        self.sources = {}

    async def execute(self, sources, interrupt_after):
        stop = len(sources) > 1
        results = {self.client.execute(source, stop_on_error=stop): {"outputs": []} for source in sources}
        self.sources.update(zip(results, sources))
        idle = 0
        while idle < len(results):
            message = await self.client.get_iopub_msg(timeout=60)
            result = results.get(message["parent_header"].get("msg_id"))
            if result is None:
                continue
            if message["content"].get("execution_state") == "idle":
                idle += 1
            elif message["msg_type"] != "status":
                result["outputs"].append(output(message))
                if interrupt_after and interrupt_after in str(message["content"]):
                    await self.manager.interrupt_kernel()
        while any("reply" not in result for result in results.values()):
            reply = await self.client.get_shell_msg(timeout=60)
            results.get(reply["parent_header"]["msg_id"], {})["reply"] = reply["content"]
        return list(results.values())

    async def late_output(self):
        while True:
            message = await self.client.get_iopub_msg(timeout=60)
            source = self.sources.get(message["parent_header"].get("msg_id"))
            if source is not None and message["msg_type"] != "status":
                return {"source": source, "output": output(message)}

    async def shut_down(self):
        self.client.shutdown()
        exit_code = await asyncio.wait_for(self.manager.provisioner.wait(), timeout=30)
        return {"exitCode": exit_code}


def output(message):
    return {"type": message["msg_type"], **message["content"]}


def answer(content):
    print(json.dumps(content), flush=True)


asyncio.run(main())
