import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from core.config.presets import Norm
from core.errors import InputError
from core.report import check_export_path, export_report
from core.report.picture_plan import Picture, PictureKind
from core.runs.run_state import RunState
from tests.report.example_runs import config, finished_events, state
from tests.report.partial_runs import partial_states, waiting

_LINK = re.compile(r"!\[(?:[^\]\\]|\\.)*\]\(([^)]+)\)")
_Raise = Callable[..., None]


def _short_run() -> RunState:
    return state(finished_events(config(Norm.BATCH), epochs=2))


def _content(folder: Path) -> dict[str, bytes | None]:
    """Return every file's bytes, and None for folders, hidden ones included."""
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in folder.rglob("*")
    }


@pytest.fixture
def quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a picture's alternative text in its place, where only the files matter."""

    def write(picture: Picture, path: Path) -> None:
        path.write_text(picture.alternative, encoding="utf-8")

    monkeypatch.setattr("core.report.pictures.draw", write)


def _raising(error: BaseException) -> _Raise:
    def fail(*_arguments: object) -> None:
        raise error

    return fail


@pytest.mark.usefixtures("quick_pictures")
@pytest.mark.parametrize("name", ["report.md", "my report (1) 100%.md", "REPORT.MD"])
def test_every_link_leads_to_a_picture_and_every_picture_is_linked(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    export_report([_short_run()], target)
    links = _LINK.findall(target.read_text(encoding="utf-8"))
    assert not any(" " in link for link in links)
    linked = sorted(tmp_path / unquote(link) for link in links)
    assert linked == sorted((tmp_path / f"{target.stem}_files").iterdir())
    assert len(linked) == 7


@pytest.mark.parametrize("ending", [".md", ".json", ".csv"])
def test_two_exports_give_the_same_bytes(tmp_path: Path, ending: str) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        export_report([_short_run()], folder / f"report{ending}")
    assert _content(first) == _content(second)


def test_partial_runs_are_exported_without_a_warning(tmp_path: Path) -> None:
    export_report(partial_states(), tmp_path / "report.md")
    links = _LINK.findall((tmp_path / "report.md").read_text(encoding="utf-8"))
    assert links
    assert all((tmp_path / link).is_file() for link in links)


@pytest.mark.usefixtures("quick_pictures")
def test_an_export_replaces_the_old_report_and_its_pictures(tmp_path: Path) -> None:
    target = tmp_path / "report.md"
    export_report([_short_run()], target)
    export_report([waiting()], target)
    assert sorted(_content(tmp_path)) == ["report.md"]
    assert "waiting, not started" in target.read_text(encoding="utf-8")


@pytest.mark.usefixtures("quick_pictures")
@pytest.mark.parametrize("error", [OSError("No space left on device"), KeyboardInterrupt()])
def test_a_failure_while_drawing_leaves_the_old_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    export_report([_short_run()], tmp_path / "report.md")
    before = _content(tmp_path)

    def draw_until_the_last(picture: Picture, path: Path) -> None:
        if picture.kind is PictureKind.CONFUSION:
            raise error
        path.write_bytes(b"drawn")

    monkeypatch.setattr("core.report.pictures.draw", draw_until_the_last)
    with pytest.raises(type(error)):
        export_report([_short_run()], tmp_path / "report.md")
    assert _content(tmp_path) == before


@pytest.mark.usefixtures("quick_pictures")
@pytest.mark.parametrize("ending", [".md", ".json", ".csv"])
def test_a_failure_at_the_last_step_leaves_the_old_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    export_report([_short_run()], tmp_path / f"report{ending}")
    before = _content(tmp_path)
    monkeypatch.setattr(Path, "replace", _raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        export_report(partial_states()[:3], tmp_path / f"report{ending}")
    assert _content(tmp_path) == before


@pytest.mark.usefixtures("quick_pictures")
def test_a_first_export_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "replace", _raising(OSError("full")))
    with pytest.raises(OSError, match="full"):
        export_report([_short_run()], tmp_path / "report.md")
    assert _content(tmp_path) == {}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
@pytest.mark.parametrize("ending", [".md", ".json"])
def test_a_disk_that_takes_no_more_leaves_the_old_report(tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"report{ending}"
    export_report([waiting()], target)
    before = _content(tmp_path)
    program = f"""
import resource
from pathlib import Path
from core.report import export_report
from tests.report.example_runs import example_states

resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    export_report(example_states(), Path({str(target)!r}))
except OSError as error:
    raise SystemExit(7)
"""
    ended = subprocess.run([sys.executable, "-c", program], check=False, cwd=Path(__file__).parents[2])
    assert ended.returncode == 7
    assert _content(tmp_path) == before


@pytest.mark.parametrize("name", ["report.md", "report.json", "report.csv", "report.MD"])
def test_a_good_path_passes_the_check_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    check_export_path(tmp_path / name)
    assert _content(tmp_path) == {}


@pytest.mark.parametrize("name", ["report", "report.html", "report.md.txt", ".md"])
def test_an_unknown_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"must end in \.md, \.json or \.csv$"):
        check_export_path(tmp_path / name)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "report.md").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        check_export_path(tmp_path / "report.md")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no folder .*results; make it"):
        check_export_path(tmp_path / "results" / "report.json")


@pytest.mark.parametrize("name", ["x" * 300 + ".json", "x" * 250 + ".md", "x" * 300 + "/report.csv"])
def test_a_name_that_is_too_long_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"can't be written \(File name too long\)"):
        check_export_path(tmp_path / name)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="only Linux has a folder closed even to root")
def test_a_folder_that_takes_no_file_is_refused() -> None:
    with pytest.raises(InputError, match="can't write to /proc/self"):
        check_export_path(Path("/proc/self/report.md"))


def test_a_file_in_the_place_of_the_pictures_is_refused_for_markdown_alone(tmp_path: Path) -> None:
    (tmp_path / "report_files").write_text("mine", encoding="utf-8")
    check_export_path(tmp_path / "report.json")
    with pytest.raises(InputError, match="report_files, which is a file"):
        check_export_path(tmp_path / "report.md")


def test_a_folder_with_a_strangers_files_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "report_files").mkdir()
    (tmp_path / "report_files" / "holiday.png").write_bytes(b"mine")
    before = _content(tmp_path)
    for attempt in (check_export_path, lambda path: export_report([_short_run()], path)):
        with pytest.raises(InputError, match=r"holds holiday\.png, which no report wrote"):
            attempt(tmp_path / "report.md")
    assert _content(tmp_path) == before


def test_no_run_is_nothing_to_report_on(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no run to report on"):
        export_report([], tmp_path / "report.json")


def test_importing_the_report_imports_neither_torch_nor_matplotlib() -> None:
    program = "import sys, core.report; print(*sys.modules.keys() & {'torch', 'matplotlib', 'PIL', 'numpy'})"
    ended = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ended.stdout.split() == []
