"""Writing a report: whole, or not at all."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from core.errors import InputError
from core.report.markdown import markdown_report
from core.report.picture_plan import is_picture_name, plan_pictures
from core.report.places import check_file_place, place_named, replace_file, staging_beside, target_of
from core.report.presentable import Standpoint, presentable
from core.report.tables import csv_report, json_report
from core.results.labelled_runs import LabelledRun, label_runs
from core.results.seed_groups import seed_groups
from core.runs.run_state import RunState

_FLAG: Final = "--export"
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
    with place_named(_FLAG, path) as target:
        check_file_place(_FLAG, path, target)
        if path.suffix.lower() == _MARKDOWN:
            _check_picture_folder(path, _picture_folder(target))


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
    target = target_of(path)
    with staging_beside(target) as staging:
        match path.suffix.lower():
            case ".json":
                replace_file(target, _staged_text(staging, json_report(runs)))
            case ".csv":
                replace_file(target, _staged_text(staging, csv_report(runs)))
            case _:
                _export_markdown(runs, target, staging)


def export_text(path: Path, text: str, endings: Sequence[str]) -> None:
    """Write `text`, a report without pictures, to `path`, whose ending is one of `endings`.

    Raises:
        InputError: as `check_export_path`.
        OSError: as `export_report`; what was there stays.
    """
    check_export_path(path, endings)
    target = target_of(path)
    with staging_beside(target) as staging:
        replace_file(target, _staged_text(staging, text))


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
        replace_file(target, text)
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
