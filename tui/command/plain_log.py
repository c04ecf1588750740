"""The headless display where there is no terminal: one line an epoch, for a log file or a CI job.

While images load there is one now and then.
"""

from typing import Final, TextIO

from core.runs.loading import Loading
from core.runs.run_state import RunState
from core.runs.suite_state import SuiteState
from tui.text.loading_words import amount_words, pace_words

_WORTH_A_LINE_SECONDS: Final = 2.0
_BETWEEN_LINES_SECONDS: Final = 60.0


class PlainLines:
    """Writes lines to `stream`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stage = ""
        self._next_line = 0.0  # Unix seconds

    def log(self, text: str) -> None:
        """Write a line."""
        print(text, file=self._stream, flush=True)

    def update(self, suite: SuiteState) -> None:
        """Write a line where images take long to be downloaded or decoded, and another every minute."""
        for run in suite.under_way:
            if run.loading is not None and run.data is None:
                self._say_how_far(run, run.loading)

    def hide(self) -> None:
        """Do nothing: all that is written stays."""

    def _say_how_far(self, run: RunState, loading: Loading) -> None:
        now = run.updated_at or 0.0
        if loading.event.what != self._stage:
            began, _ = loading.samples[0]
            self._stage, self._next_line = loading.event.what, began + _WORTH_A_LINE_SECONDS
        if now >= self._next_line:
            self._next_line = now + _BETWEEN_LINES_SECONDS
            words = ", ".join(filter(None, (amount_words(loading), pace_words(loading))))
            self.log(f"{run.name}: {loading.event.what}: {words}")
