"""A warm worker for tests that train nothing: torch, which takes two seconds of CPU to import, is not."""

import os
import subprocess

from core.runs.handshake import DevicesFound
from core.supervisor.warm_worker import WarmWorker


def idle_worker(found: DevicesFound | None = None) -> WarmWorker:
    """Start one that says at once that `found` is there to compute on, or never says."""
    process = subprocess.Popen(["cat"], bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S607 - any
    assert process.stdin is not None
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    if found is not None:
        process.stdin.write(found.to_line())
    return WarmWorker(process)
