"""``uv run python -m tests.faults NAME [--save]``: break what can break, count what held, and keep the JSON.

It goes to assets/results/; each has options of its own: ``uv run python -m tests.faults fuzz --help``.
"""

import sys
from typing import Final

from tests.measurements import main

_FAULTS: Final = ("cuts", "disks", "exits", "fuzz", "keys", "resume", "soak", "writes")

if __name__ == "__main__":
    main("faults", __doc__, _FAULTS, sys.argv[1:])
