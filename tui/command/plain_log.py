"""The headless display where there is no terminal: one line an epoch, for a log file or a CI job."""

from typing import Final, TextIO

from core.runs.suite_state import SuiteState

_WORTH_A_LINE_SECONDS: Final = 2.0


class PlainLines:
    """Writes lines to `stream`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._loading = ""

    def log(self, text: str) -> None:
        """Write a line."""
        print(text, file=self._stream, flush=True)

    def update(self, suite: SuiteState) -> None:
        """Write a line where images take long to be downloaded or decoded."""
        for run in suite.under_way:
            if run.progress is None or run.data is not None:
                continue
            waited = (run.updated_at or 0.0) - (run.phase_at or 0.0)
            if run.progress.what != self._loading and waited > _WORTH_A_LINE_SECONDS:
                self._loading = run.progress.what
                self.log(f"{run.name}: {run.progress.what} ({run.progress.total:,} in all)")

    def hide(self) -> None:
        """Do nothing: all that is written stays."""
