"""How loading reports its progress, often enough to watch and seldom enough to cost nothing."""

import time
from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called as `progress(what, done, total)`; `done` counts images or bytes, as `what` suggests."""

Notice = Callable[[str], None]
"""Called with one line that the user should see, about something that was done without asking them."""

_SECONDS_BETWEEN_REPORTS = 0.1


def ignore_notice(_message: str) -> None:
    """Show nothing."""


class Stage:
    """One stage of loading: a first report of 0, then at most ten a second, and a last one of `total`."""

    def __init__(
        self,
        report: Progress,
        what: str,
        total: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.total = total
        self._report = report
        self._what = what
        self._clock = clock
        self._reported_at = clock()
        report(what, 0, total)

    def reach(self, done: int) -> None:
        """Report that `done` of `total` is done, where a report is due and more is to come."""
        now = self._clock()
        if done < self.total and now - self._reported_at >= _SECONDS_BETWEEN_REPORTS:
            self._reported_at = now
            self._report(self._what, done, self.total)

    def finish(self) -> None:
        """Make the last report, `total` of `total`."""
        self._report(self._what, self.total, self.total)
