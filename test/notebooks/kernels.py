"""The two kernels that notebooks run on: ours, as set-up installed it, and tslab as it comes."""

import json
import sys
import tempfile
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

ROOT = Path(__file__).resolve().parents[2]


def kernel_manager(kernel):
    """Return a manager for a kernel that has not started: "ours" or "stock"."""
    folder = Path(sys.prefix, "share", "jupyter", "kernels") if kernel == "ours" else stock_kernels()
    specs = KernelSpecManager(kernel_dirs=[str(folder)], ensure_native_kernel=False)
    return AsyncKernelManager(kernel_name="tslab", kernel_spec_manager=specs)


def stock_kernels():
    """Write what `tslab install` writes, but with absolute paths, into a folder that goes with this process."""
    stock_kernels.folder = tempfile.TemporaryDirectory()
    spec = Path(stock_kernels.folder.name, "tslab", "kernel.json")
    spec.parent.mkdir()
    program = [str(our_node()), str(ROOT / "node_modules" / "tslab" / "bin" / "tslab")]
    arguments = ["kernel", "--config-path", "{connection_file}"]
    spec.write_text(json.dumps({"argv": program + arguments, "display_name": "TypeScript", "language": "typescript"}))
    return stock_kernels.folder.name


def our_node():
    """Return the node that set-up wrote into our kernel's specification."""
    spec = Path(sys.prefix, "share", "jupyter", "kernels", "tslab", "kernel.json")
    return json.loads(spec.read_text())["argv"][0]
