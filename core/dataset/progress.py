"""How loading reports its progress, often enough to watch and seldom enough to cost nothing."""

import time
from collections.abc import Callable

from core.runs.events import Unit

Progress = Callable[[str, int, int, Unit], None]
"""Called as `progress(what, done, total, unit)`; `total` is 0 where it isn't known."""

Notice = Callable[[str], None]
"""Called with one line that the user should see, about something that was done without asking them."""

_SECONDS_BETWEEN_REPORTS = 0.1
_MOST_SECONDS_BETWEEN_REPORTS = 1.0
_STEPS_WORTH_A_REPORT = 1_000


def ignore_notice(_message: str) -> None:
    """Show nothing."""


class Stage:
    """One stage of loading: a first report of `done`, and a last one of `total`.

    Between them there are at most ten reports a second, and one a second where less than a thousandth came
    in meanwhile, or nothing: who watches a slow download sees that time passes, and its file stays small.
    """

    def __init__(
        self,
        report: Progress,
        what: str,
        total: int,
        unit: Unit,
        *,
        done: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.total = total
        self._report = report
        self._what = what
        self._unit = unit
        self._clock = clock
        self._reported = done
        self._reported_at = clock()
        report(what, done, total, unit)

    def reach(self, done: int) -> None:
        """Report that `done` of `total` is done, where a report is due and more is to come.

        To be called again, with what was reached before, by whoever waits: a report is also the moment at
        which loading is stopped.
        """
        now = self._clock()
        waited = now - self._reported_at
        much = (done - self._reported) * _STEPS_WORTH_A_REPORT >= self.total > 0
        due = waited >= (_SECONDS_BETWEEN_REPORTS if much else _MOST_SECONDS_BETWEEN_REPORTS)
        if due and (done < self.total or not self.total):
            self._reported, self._reported_at = done, now
            self._report(self._what, done, self.total, self._unit)

    def finish(self) -> None:
        """Make the last report, `total` of `total`."""
        self._report(self._what, self.total, self.total, self._unit)
