"""Writing a report: whole, or not at all."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from core.errors import InputError
from core.report.markdown import markdown_report
from core.report.picture_plan import is_picture_name, plan_pictures
from core.report.presentable import Standpoint, presentable
from core.report.tables import csv_report, json_report
from core.results.labelled_runs import LabelledRun, label_runs
from core.results.seed_groups import seed_groups
from core.runs.run_state import RunState

_MARKDOWN: Final = ".md"
_ENDINGS: Final = (_MARKDOWN, ".json", ".csv")
_FOLDER_SIGNS: Final = {".DS_Store", "Thumbs.db"}  # what file managers leave in any folder


def check_export_path(path: Path) -> None:
    """Check early, before hours of training, whether a report can be written to `path`.

    Raises:
        InputError: the ending is unknown, `path` is a folder, its folder is missing or can't be written to,
            or the name of the pictures' folder is taken by something that no report wrote.
    """
    if path.suffix.lower() not in _ENDINGS:
        raise InputError(f"--export {path}: must end in {', '.join(_ENDINGS[:-1])} or {_ENDINGS[-1]}")
    try:
        _check_place(path)
    except OSError as error:  # a name that is too long, a folder closed to us
        raise InputError(f"--export {path}: can't be written ({error.strerror}); name another") from error


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"--export {path}: is a folder; name a file")
    if not path.parent.is_dir():
        raise InputError(f"--export {path}: there is no folder {path.parent}; make it, or name another")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise InputError(
            f"--export {path}: can't write to {path.parent} ({error.strerror}); name another folder"
        ) from error
    if path.suffix.lower() == _MARKDOWN:
        _check_picture_folder(path)


def export_report(states: Sequence[RunState], path: Path, standpoint: Standpoint | None = None) -> None:
    """Write a report on `states` in the form that the ending of `path` names: .md, .json or .csv.

    Markdown has its pictures in a folder beside it, ``<stem>_files``. Folders are named as seen from
    `standpoint`, by itself this process's. The same states give the same bytes.
    Whatever goes wrong, and also after Ctrl-C, the report that was there stays with its pictures.

    Raises:
        InputError: as `check_export_path`, or there is no run to report on.
        OSError: the disk is full, or the like.
    """
    check_export_path(path)
    if not states:
        raise InputError(f"--export {path}: there is no run to report on; name one that has started")
    runs = label_runs(presentable(states, standpoint or Standpoint.here()))
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".cifar-tui-", suffix=".tmp") as staging:
        match path.suffix.lower():
            case ".json":
                _staged_text(Path(staging), json_report(runs)).replace(path)
            case ".csv":
                _staged_text(Path(staging), csv_report(runs)).replace(path)
            case _:
                _export_markdown(runs, path, Path(staging))


def _export_markdown(runs: Sequence[LabelledRun], path: Path, staging: Path) -> None:
    folder = _picture_folder(path)
    new_pictures = staging / "new_pictures"
    if planned := plan_pictures(seed_groups(runs)):
        from core.report.pictures import draw  # noqa: PLC0415 - matplotlib is slow to import, seldom needed

        new_pictures.mkdir()
        for picture in planned:
            draw(picture, new_pictures / picture.file)
    text = _staged_text(staging, markdown_report(runs, quote(folder.name)))
    old_pictures = staging / "old_pictures"
    try:
        if folder.exists():
            folder.rename(old_pictures)
        if planned:
            new_pictures.rename(folder)
        text.replace(path)
    except BaseException:
        if planned and not new_pictures.exists():
            folder.rename(new_pictures)
        if old_pictures.exists():
            old_pictures.rename(folder)
        raise


def _staged_text(staging: Path, text: str) -> Path:
    """Write `text` where a rename puts it in its place at once."""
    file = staging / "report"
    # A class named after a folder that is not UTF-8 holds surrogates, which UTF-8 can't write.
    file.write_bytes(text.encode(errors="backslashreplace"))
    return file


def _picture_folder(path: Path) -> Path:
    return path.with_name(f"{path.stem}_files")


def _check_picture_folder(path: Path) -> None:
    """Refuse to replace what no report wrote: browsers, too, call a saved page's folder so."""
    folder = _picture_folder(path)
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(
            f"--export {path}: pictures go to the folder {folder}, which is a file; name another"
        )
    if not folder.exists():
        return
    foreign = sorted(
        entry.name
        for entry in folder.iterdir()
        if not (is_picture_name(entry.name) or entry.name in _FOLDER_SIGNS)
    )
    if foreign:
        raise InputError(
            f"--export {path}: the pictures' folder {folder} holds {foreign[0]}, which no report wrote; "
            "move it, or name another report"
        )
