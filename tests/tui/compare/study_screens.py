"""The comparison of many runs as text: what the golden files in tests/tui/compare/screens hold.

``uv run python -m tests.tui.compare.study_screens`` writes them anew; look at what
changed before you commit it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.runs.run_state import RunState
from tests.tui.compare.showing import ComparingApp, text
from tests.tui.compare.studies import presets_study, rates_study, seeds_study
from tests.tui.runs.runs_app import until

FOLDER: Final = Path(__file__).with_name("screens")
_LOOKS: Final = 5  # of the same text, then it has stopped changing


@dataclass(frozen=True, slots=True)
class Shown:
    """A study, the terminal it is compared in, and what is pressed before one looks."""

    name: str
    study: Callable[[], tuple[RunState, ...]]
    size: tuple[int, int]
    keys: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        """Return the golden file."""
        return FOLDER / f"{self.name}-{self.size[0]}x{self.size[1]}.txt"


SHOWN: Final = (
    Shown("24-figures", lambda: seeds_study(8), (80, 24)),
    Shown("24-classes-one-by-one", lambda: seeds_study(8), (80, 24), ("i", "tab", "tab", "tab")),
    Shown("24-presets-curves", presets_study, (80, 24), ("tab",)),
    Shown("9-one-by-one", lambda: seeds_study(3), (120, 40), ("i",)),
    Shown("9-rates", rates_study, (120, 40)),
    Shown("24-presets", presets_study, (200, 60)),
)


async def drawn(shown: Shown) -> str:
    """Return the screen's text once it has stopped changing."""
    app = ComparingApp(shown.study())
    async with app.run_test(size=shown.size) as pilot:
        await until(pilot, lambda: "nothing to compare" not in text(app))  # the verdict takes a moment
        for key in shown.keys:
            await pilot.press(key)
            await pilot.pause()
        await app.workers.wait_for_complete()  # the verdict's, however long scipy takes to import
        seen: list[str] = []

        def same() -> bool:
            seen.append(text(app))
            return len(seen) >= _LOOKS and len(set(seen[-_LOOKS:])) == 1

        await until(pilot, same)
        return seen[-1]


def main() -> None:
    """Write every file anew."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for shown in SHOWN:
        shown.file.write_text(asyncio.run(drawn(shown)), encoding="utf-8")


if __name__ == "__main__":
    main()
