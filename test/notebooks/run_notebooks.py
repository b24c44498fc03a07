"""Runs notebooks as a reader does, top to bottom in a fresh kernel, and says which cell failed with what.

    run_notebooks.py --write FILE…                        runs each and writes its outputs back
    run_notebooks.py --report [--kernel stock] [--times 2] FILE   prints {"problems", "notebook"} as JSON

A cell fails by an `error` output, a reply that is not "ok", anything on stderr, or more than two minutes.
"""

import argparse
import asyncio
import json
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from notebook_file import write_notebook, with_joined_streams

from kernels import kernel_manager

CELL_SECONDS = 120


def main():
    options = parse_options()
    failed = False
    for path in options.files:
        notebook = nbformat.read(path, as_version=4)
        problems = asyncio.run(Run(notebook, path, options.kernel).run(options.times))
        failed = failed or bool(problems)
        if options.report:
            print(json.dumps({"problems": problems, "notebook": notebook}))
        else:
            report(path, problems)
        if options.write and not problems:
            write_notebook(notebook, path)
    sys.exit(1 if failed and not options.report else 0)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the outputs back, if no cell failed")
    parser.add_argument("--report", action="store_true", help="print problems and outputs as JSON")
    parser.add_argument("--kernel", choices=["ours", "stock"], default="ours")
    parser.add_argument("--times", type=int, default=1, help="runs in the same kernel")
    parser.add_argument("files", nargs="+", type=Path)
    return parser.parse_args()


def report(path, problems):
    print(f"{path.name}: {'FAILED' if problems else 'ok'}", flush=True)
    for problem in problems:
        print(f"  cell {problem['cell']}:\n{indent(problem['source'])}\n  {problem['what']}:\n{indent(problem['text'])}")


def indent(text):
    return "\n".join(f"    {line}" for line in text.rstrip().split("\n"))


class Run:
    """One notebook in one kernel."""

    def __init__(self, notebook, path, kernel):
        self.notebook = notebook
        self.kernel = kernel
        self.problems = []
        self.done = {}
        self.client = NotebookClient(
            notebook,
            km=kernel_manager(kernel),
            resources={"metadata": {"path": str(path.resolve().parent)}},
            timeout=CELL_SECONDS,
            record_timing=False,
            coalesce_streams=False,
            store_widget_state=False,
            on_cell_executed=self.cell_executed,
        )

    async def run(self, times):
        """Run all cells up to the first that fails, `times` times, and return what went wrong."""
        async with AsyncExitStack() as stack:
            await self.start_kernel(stack)
            self.watch_outputs()
            for _ in range(times):
                if not self.problems:
                    await self.run_cells()
        for cell in self.code_cells():
            cell.outputs = with_joined_streams(cell.outputs)
        return self.problems

    async def start_kernel(self, stack):
        """One kernel start in some hundreds fails; a second try is allowed, for cells there is none."""
        # The report goes to stdout, which a kernel would make non-blocking if it shared it.
        start = {"stdout": subprocess.DEVNULL, "cleanup_kc": True}
        try:
            await stack.enter_async_context(self.client.async_setup_kernel(**start))
        except RuntimeError:
            self.client.km = kernel_manager(self.kernel)
            await stack.enter_async_context(self.client.async_setup_kernel(**start))

    async def run_cells(self):
        count = 0
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type != "code":
                continue
            count += 1
            self.running = index
            await self.run_cell(cell, index, count)
            if self.problems:
                return
        await self.hear_out()

    async def run_cell(self, cell, index, count):
        try:
            await self.client.async_execute_cell(cell, index, execution_count=count)
        except CellExecutionError as error:
            self.note(index, "error", error.traceback or "the kernel gives no reason")
        except CellTimeoutError:
            self.note(index, "no answer", f"the cell was not done after {CELL_SECONDS} s")
        except DeadKernelError:
            self.note(index, "no answer", "the kernel died")

    def cell_executed(self, cell, cell_index, execute_reply):
        self.done[execute_reply["parent_header"]["msg_id"]] = cell_index
        status = execute_reply["content"]["status"]
        if status not in ("ok", "error"):
            self.note(cell_index, "reply", f'the kernel answered "{status}"')

    def watch_outputs(self):
        """See every output: nbclient drops those that come after their cell, JupyterLab shows them there."""
        channel = self.client.kc.iopub_channel
        get_message = channel.get_msg

        async def get_and_look(*arguments, **options):
            message = await get_message(*arguments, **options)
            self.look_at(message)
            return message

        channel.get_msg = get_and_look

    def look_at(self, message):
        cell = self.done.get(message["parent_header"].get("msg_id"))
        content = message["content"]
        if content.get("name") == "stderr":
            self.note(self.running if cell is None else cell, "stderr", content["text"])
        if cell is None or message["msg_type"] == "status":
            return
        self.client.process_message(message, self.notebook.cells[cell], cell)
        if message["msg_type"] == "error":
            self.note(cell, "error after the cell was done", "\n".join(content["traceback"]))

    async def hear_out(self):
        """Wait for an answer to a last question, so that all outputs on their way are seen."""
        question = self.client.kc.kernel_info()
        while True:
            message = await self.client.kc.iopub_channel.get_msg(timeout=CELL_SECONDS)
            is_answer = message["parent_header"].get("msg_id") == question
            if is_answer and message["content"].get("execution_state") == "idle":
                return

    def note(self, index, what, text):
        cell = self.notebook.cells[index]
        number = list(self.code_cells()).index(cell) + 1
        self.problems.append({"cell": number, "what": what, "source": cell.source, "text": text})

    def code_cells(self):
        return (cell for cell in self.notebook.cells if cell.cell_type == "code")


if __name__ == "__main__":
    main()
