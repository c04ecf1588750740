"""The dashboard's screens, each imported when it is first shown."""

from collections.abc import Callable
from typing import Final

from textual.screen import Screen


def _start_screen() -> Screen[None]:
    from tui.start.screen import StartScreen  # noqa: PLC0415 - each screen is imported when first shown

    return StartScreen()


def _train_screen() -> Screen[None]:
    from tui.train.screen import TrainScreen  # noqa: PLC0415 - as above

    return TrainScreen()


def _compare_screen() -> Screen[None]:
    from tui.compare.screen import CompareScreen  # noqa: PLC0415 - as above

    return CompareScreen()


def _runs_screen() -> Screen[None]:
    from tui.runs.screen import RunsScreen  # noqa: PLC0415 - as above

    return RunsScreen()


MODES: Final[dict[str, Callable[[], Screen[None]]]] = {
    "start": _start_screen,
    "train": _train_screen,
    "compare": _compare_screen,
    "runs": _runs_screen,
}
