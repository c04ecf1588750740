"""The headless display where there is no terminal: one line an epoch, for a log file or a CI job."""

import sys
from types import TracebackType
from typing import Final, Self

from core.runs.suite_state import SuiteState

_WORTH_A_LINE_SECONDS: Final = 2.0


class PlainLines:
    """Writes lines to standard error."""

    def __init__(self) -> None:
        self._loading = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def log(self, text: str) -> None:
        """Write a line."""
        print(text, file=sys.stderr, flush=True)

    def update(self, suite: SuiteState) -> None:
        """Write a line where images take long to be downloaded or decoded."""
        for run in suite.under_way:
            if run.progress is None or run.data is not None:
                continue
            waited = (run.updated_at or 0.0) - (run.phase_at or 0.0)
            if run.progress.what != self._loading and waited > _WORTH_A_LINE_SECONDS:
                self._loading = run.progress.what
                self.log(f"{run.name}: {run.progress.what} ({run.progress.total:,} in all)")
