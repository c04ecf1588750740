"""The one error that is the user's to mend."""

EXIT_BAD_INPUT = 2


class InputError(Exception):
    """Something the user gave cannot be used; the message is one line and says what would be right.

    The command line prints it without a traceback and exits with `EXIT_BAD_INPUT`.
    """

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))
