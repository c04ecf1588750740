"""Writing a report: whole, or not at all."""

import os
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
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


def check_export_path(path: Path, endings: Sequence[str] = _ENDINGS) -> None:
    """Check early, before hours of training, whether a report of one of `endings` can be written to `path`.

    Raises:
        InputError: the ending is unknown, `path` is a folder or anything else that is no file, or closed to
            writing, its folder is missing or can't be written to, or the name of the pictures' folder is
            taken by something that no report wrote.
    """
    if path.suffix.lower() not in endings:
        raise InputError(f"--export {path}: must end in {', '.join(endings[:-1])} or {endings[-1]}")
    try:
        _check_place(path, _target(path))
    except OSError as error:  # a name that is too long, a folder closed to us
        raise InputError(f"--export {path}: can't be written ({error.strerror}); name another") from error


def _target(path: Path) -> Path:
    """Return the file that is written where `path` is named: what a symbolic link stands for."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _check_place(path: Path, target: Path) -> None:
    if target.is_symlink():
        raise InputError(f"--export {path}: is a link that leads back to itself; name another")
    if target.is_dir():
        raise InputError(f"--export {path}: is a folder; name a file")
    if not target.parent.is_dir():
        raise InputError(f"--export {path}: there is no folder {target.parent}; make it, or name another")
    if target.exists():
        _check_file(path, target)
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        raise InputError(
            f"--export {path}: can't write to {target.parent} ({error.strerror}); name another folder"
        ) from error
    if path.suffix.lower() == _MARKDOWN:
        _check_picture_folder(path, _picture_folder(target))


def _check_file(path: Path, target: Path) -> None:
    """Refuse to replace what a report is no likeness of, and what somebody closed to writing."""
    mode = target.stat().st_mode
    if not stat.S_ISREG(mode):
        raise InputError(f"--export {path}: is a pipe or a device; name a file")
    # whoever may do everything may write it; whoever took away the right to did not mean it to be replaced
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise InputError(f"--export {path}: is read-only; name another, or make it writable")


def export_report(states: Sequence[RunState], path: Path, standpoint: Standpoint | None = None) -> None:
    """Write a report on `states` in the form that the ending of `path` names: .md, .json or .csv.

    Where `path` is a symbolic link the report is written where that leads; a file that is replaced keeps its
    mode and owner. Markdown has its pictures in a folder beside it, ``<stem>_files``. Folders are named as
    seen from `standpoint`, by itself this process's. The same states give the same bytes.
    Whatever goes wrong, and also after Ctrl-C, the report that was there stays with its pictures.

    Raises:
        InputError: as `check_export_path`, or there is no run to report on.
        OSError: the disk is full, or the like.
    """
    check_export_path(path)
    if not states:
        raise InputError(f"--export {path}: there is no run to report on; name one that has started")
    runs = label_runs(presentable(states, standpoint or Standpoint.here()))
    target = _target(path)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".cifar-tui-", suffix=".tmp") as folder:
        staging = Path(folder)
        match path.suffix.lower():
            case ".json":
                _replace(target, _staged_text(staging, json_report(runs)))
            case ".csv":
                _replace(target, _staged_text(staging, csv_report(runs)))
            case _:
                _export_markdown(runs, target, staging)


def export_text(path: Path, text: str, endings: Sequence[str]) -> None:
    """Write `text`, a report without pictures, to `path`, whose ending is one of `endings`.

    Raises:
        InputError: as `check_export_path`.
        OSError: as `export_report`; what was there stays.
    """
    check_export_path(path, endings)
    target = _target(path)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".cifar-tui-", suffix=".tmp") as folder:
        _replace(target, _staged_text(Path(folder), text))


def _export_markdown(runs: Sequence[LabelledRun], target: Path, staging: Path) -> None:
    folder = _picture_folder(target)
    new_pictures = staging / "new_pictures"
    if planned := plan_pictures(seed_groups(runs)):
        from core.report.pictures import draw  # noqa: PLC0415 - matplotlib is slow to import, seldom needed

        new_pictures.mkdir()
        for picture in planned:
            draw(picture, new_pictures / picture.file)
    text = _staged_text(staging, markdown_report(runs, quote(os.fsencode(folder.name))))
    old_pictures = staging / "old_pictures"
    try:
        if folder.exists():
            folder.rename(old_pictures)
        if planned:
            new_pictures.rename(folder)
        _replace(target, text)
    except BaseException:
        if planned and not new_pictures.exists():
            folder.rename(new_pictures)
        if old_pictures.exists():
            old_pictures.rename(folder)
        raise


def _replace(target: Path, staged: Path) -> None:
    """Put `staged` in the place of `target`, whose mode and owner it takes over."""
    with suppress(FileNotFoundError):
        before, ours = target.stat(), staged.stat()
        if (before.st_uid, before.st_gid) != (ours.st_uid, ours.st_gid):
            with suppress(PermissionError):  # a group that is not ours
                os.chown(staged, before.st_uid, before.st_gid)
        staged.chmod(stat.S_IMODE(before.st_mode))
    staged.replace(target)


def _staged_text(staging: Path, text: str) -> Path:
    """Write `text` where a rename puts it in its place at once."""
    file = staging / "report"
    # A class named after a folder that is not UTF-8 holds surrogates, which UTF-8 can't write.
    file.write_bytes(text.encode(errors="backslashreplace"))
    return file


def _picture_folder(path: Path) -> Path:
    return path.with_name(f"{path.stem}_files")


def _check_picture_folder(path: Path, folder: Path) -> None:
    """Refuse to replace what no report wrote: browsers, too, call a saved page's folder so."""
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
