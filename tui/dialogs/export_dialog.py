"""Asks where a report goes."""

from pathlib import Path

from core.errors import InputError
from tui.dialogs.field_dialog import FieldDialog


class ExportDialog(FieldDialog[Path]):
    """Gives the file to write the report to; None where the user goes back."""

    def __init__(self, proposal: Path) -> None:
        question = "Write the report to: a .md file with pictures, a .json or a .csv file"
        super().__init__(question, "writes it", text=str(proposal))

    def judge(self, text: str) -> tuple[Path | None, str]:
        """Return the file, and what will be replaced; or what is wrong with its name."""
        from core.report import check_export_path  # noqa: PLC0415 - not on the way to the first frame

        if not text:
            return None, "a file name is needed, such as report.md"
        try:
            file = Path(text).expanduser()
            check_export_path(file)
        except (InputError, RuntimeError) as error:  # the latter: no home folder for "~name"
            return None, str(error).removeprefix("--export ")
        return file, f"replaces the {file.name} that is there" if file.exists() else ""
