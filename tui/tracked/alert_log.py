"""What deserves a look, a line each, as it comes; what comes while one watches is said aloud as well."""

from collections.abc import Sequence
from typing import Final

from textual.widgets import Log

from core.tracking.alerts import Alert

Said = tuple[str, Sequence[Alert], Sequence[str]]
"""Of a run: its name, its alerts, its notices."""

_MOST_LINES: Final = 1_000


class AlertLog(Log):
    """Writes each matter once; the first look is at what has long been so, and is said to nobody aloud."""

    def __init__(self) -> None:
        super().__init__(id="tracked-log", classes="frame", max_lines=_MOST_LINES)
        self.border_title = "to look at"
        self.border_subtitle = "nothing so far"
        self._known: set[tuple[str, str]] = set()
        self._looked = False

    def show(self, runs: Sequence[Said]) -> None:
        """Write what is new."""
        for name, alerts, notices in runs:
            for alert in alerts:
                if self._is_new(name, alert.key) and (alert.bad or self._looked):
                    self._say(f"{name}: {alert.text}")
                    if self._looked:
                        severity = "warning" if alert.bad else "information"
                        self.app.notify(f"{name}: {alert.text}", severity=severity, markup=False)  # type: ignore[arg-type]
            for notice in notices:
                if self._is_new(name, f"notice {notice}"):
                    self._say(f"{name}: {notice}")
            standing = {alert.key for alert in alerts}
            self._known -= {(name, "silence")} if "silence" not in standing else set()
        self._looked = True

    def _say(self, text: str) -> None:
        self.border_subtitle = ""
        self.write_line(text)

    def _is_new(self, run: str, key: str) -> bool:
        if (run, key) in self._known:
            return False
        self._known.add((run, key))
        return True
