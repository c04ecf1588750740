"""A warm worker for tests that train nothing: torch, which takes two seconds of CPU to import, is not."""

import os
import subprocess

from core.supervisor.warm_worker import WarmWorker


def idle_worker() -> WarmWorker:
    """Start one that never says what there is to compute on; it ends when dismissed, as any."""
    process = subprocess.Popen(["cat"], bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S607 - any
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    return WarmWorker(process)
