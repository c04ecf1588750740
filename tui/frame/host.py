"""What a screen may ask of the application it is shown in: all of it, and nothing else."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from tui.dialogs.dialog import Dialog
from tui.frame.options import DashboardOptions

if TYPE_CHECKING:
    from core.runs.run_state import RunState
    from core.supervisor.follower import Snapshot
    from core.supervisor.suites import Suites

_Answer = TypeVar("_Answer")


class Host(Protocol):
    """The application, as its screens know it; whatever they want done they post as a message."""

    options: DashboardOptions

    compared: tuple["RunState", ...]
    """The runs that were chosen to be compared; where there are none, those of the open suite are."""

    compared_paths: tuple[Path, ...]
    """The folder of each: its own, or its suite's."""

    @property
    def current_mode(self) -> str:
        """The mode of the screen that is shown, whatever dialog is above it."""

    @property
    def can_go(self) -> frozenset[str]:
        """The modes of the screens that there is something to see on."""

    @property
    def suites(self) -> "Suites":
        """The suites that are followed; asking for it imports what they need."""

    @property
    def suites_loaded(self) -> bool:
        """Return whether `suites` was ever asked for."""

    @property
    def snapshot(self) -> "Snapshot | None":
        """How the open suite stood at the last look; None where none is open."""

    @property
    def waiting(self) -> int:
        """How many suites wait until nothing trains any more."""

    def refuse(self, error: Exception) -> None:
        """Say what was wrong with what the user wanted."""

    def use_places(self, runs_dir: Path, export: Path | None) -> None:
        """Keep runs in `runs_dir` from now on, and write the report on each suite that ends to `export`."""

    async def ask(self, dialog: Dialog[_Answer], /) -> _Answer | None:
        """Ask one question; None where there was no answer, or another question is being asked."""

    async def ask_to_stop(self, training: "Snapshot", /) -> str | None:
        """Ask what should happen to a suite in training, and see to it; None where all stays as it is."""
