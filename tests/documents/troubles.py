"""The troubleshooting page's tables: every trouble that `cifar-tui doctor` can find, in its own words."""

import re
from collections.abc import Iterator, Sequence

from core.doctor.checkup import TROUBLES
from core.doctor.findings import Sign, Trouble
from core.report.markup import escaped, table
from tui.command import terminal_checks

_SECTIONS = {**TROUBLES, "Terminal": terminal_checks.TROUBLES}
_SIGNS = {Sign.PROBLEM: "✗", Sign.WARNING: "!", Sign.OK: "✓"}


def troubles_tables() -> str:
    """Return a heading and a table for each section: what people see, what doctor says, what to do."""
    return "\n\n".join(f"## {title}\n\n{_table(troubles)}" for title, troubles in _SECTIONS.items())


def _table(troubles: Sequence[Trouble]) -> str:
    return table(("what you see", "", "what doctor says", "what to do"), _rows(troubles), left=range(4))


def _rows(troubles: Sequence[Trouble]) -> Iterator[tuple[str, str, str, str]]:
    for trouble in troubles:
        says = f"{_filled(trouble.says)}<br>{_filled(trouble.means)}"
        yield trouble.symptom, _SIGNS[trouble.sign], says, _filled(trouble.do)


def _filled(words: str) -> str:
    """Write what is filled in where it is found as a name in capitals."""
    return escaped(re.sub(r"\{(\w+)\}", lambda part: part[1].upper(), words))
