"""Asks where a report goes."""

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from core.errors import InputError
from tui.dialogs.dialog import Dialog


class ExportDialog(Dialog[Path]):
    """Gives the file to write the report to, checked as it is typed; None where the user goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+c", "back", "cancel")]

    def __init__(self, proposal: Path) -> None:
        super().__init__()
        self._proposal = proposal

    def compose(self) -> ComposeResult:
        """Ask for a file name."""
        with Vertical(id="dialog"):
            yield Static(
                "Write the report to: a .md file with pictures, a .json or a .csv file", id="question"
            )
            yield Input(str(self._proposal), id="file", compact=True)
            yield Static("", id="verdict", markup=False)
            yield Static("enter writes it · escape goes back", id="hint")

    def on_input_changed(self) -> None:
        """Tell what is wrong with the name so far, or what will be replaced."""
        self.query_one("#verdict", Static).update(self._verdict()[1])

    def on_input_submitted(self) -> None:
        """Give the file, unless it cannot be written."""
        good, words = self._verdict()
        if good:
            self.answer(self._file)
        else:
            self.query_one("#verdict", Static).update(words)

    def action_back(self) -> None:
        """Give nothing."""
        self.answer(None)

    @property
    def _file(self) -> Path:
        return Path(self.query_one(Input).value.strip()).expanduser()

    def _verdict(self) -> tuple[bool, str]:
        from core.report import check_export_path  # noqa: PLC0415 - not on the way to the first frame

        if not self.query_one(Input).value.strip():
            return False, "a file name is needed, such as report.md"
        try:
            file = self._file
            check_export_path(file)
        except (InputError, RuntimeError) as error:  # the latter: no home folder for "~name"
            return False, str(error).removeprefix("--export ")
        return True, f"replaces the {file.name} that is there" if file.exists() else ""
