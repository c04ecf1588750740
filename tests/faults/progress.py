"""How far a long form is: lines on standard error, beside the figures on standard output."""

import sys


def say(text: str) -> None:
    """Print a line at once."""
    print(text, file=sys.stderr, flush=True)
