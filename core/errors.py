"""The error for invalid input, and what a process exits with."""

from core.printable import printable

EXIT_FAILED = 1
EXIT_BAD_INPUT = 2
EXIT_STOPPED = 130  # somebody ended it: 128 and the number of SIGINT, as shells have it


class InputError(Exception):
    """Something the user gave cannot be used; the message is one printable line and says what would be right.

    The command line prints it without a traceback and exits with `EXIT_BAD_INPUT`.
    """

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(printable(message).split()))
