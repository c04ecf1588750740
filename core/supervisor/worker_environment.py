"""The environment a worker is started with."""

import os
from typing import Final

# A training step allocates and frees the same tens of megabytes again and again. As it stands, the GNU C
# library gives such memory back to the system each time, and the system zeroes it page by page for the next
# step: a fifth of a step's time. A process reads these when it starts, and never later.
_KEEP_FREED_MEMORY: Final = {
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),  # older versions ignore a greater one
    "MALLOC_TRIM_THRESHOLD_": str(1 << 31),
    "MALLOC_TOP_PAD_": str(64 << 20),
    # memory that every thread keeps for itself grows for an hour, as its pieces no longer fit together
    "MALLOC_ARENA_MAX": "1",
}


def worker_environment() -> dict[str, str]:
    """Return this process's environment, with what a worker's memory needs; what the user set stays."""
    return _KEEP_FREED_MEMORY | os.environ
