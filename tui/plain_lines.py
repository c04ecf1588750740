"""The headless display where there is no terminal: one line an epoch, for a log file or a CI job."""

import sys
from types import TracebackType
from typing import Self, TextIO

from core.suite_watch import SuiteState


class PlainLines:
    """Writes lines to `stream`, standard error by default."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def say(self, text: str) -> None:
        """Write a line."""
        print(text, file=self._stream, flush=True)

    def update(self, suite: SuiteState) -> None:
        """Do nothing: only what has ended is worth a line."""
