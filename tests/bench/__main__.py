"""``uv run python -m tests.bench NAME [--save]``: measure, print, and keep the JSON in assets/results/.

Most have options of their own: ``uv run python -m tests.bench train --help``.
"""

import sys
from typing import Final

from tests.measurements import main

_BENCHES: Final = (
    *("start-up", "curves", "keys", "settings-keys", "watching", "redraw", "rest", "event-log"),
    *(
        "train",
        "cost",
        "suite",
        "accuracy",
        "shapes",
        "search",
        "ablation",
        "verdict",
        "checkpoint",
        "writer",
    ),
)

if __name__ == "__main__":
    main("bench", __doc__, _BENCHES, sys.argv[1:])
