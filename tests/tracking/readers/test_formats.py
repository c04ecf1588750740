import os
from pathlib import Path

import pytest

from core.errors import InputError
from core.tracking import Run, formats
from core.tracking.formats import recognised
from core.tracking.readers.csv_table import CsvTable
from core.tracking.readers.json_lines import JsonLines
from core.tracking.source import Source
from tests.runs.closed_folders import closed, open_to_all
from tests.tracking.readers import made_tensorboard
from tests.tracking.readers.follow import follow

TABLE = "step,loss\n1,2\n"


def names(path: Path) -> list[str]:
    return list(follow(path).poll())


def write(path: Path, content: str = TABLE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def test_runs_are_called_by_where_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b.csv", "a/metrics.csv", "a/other.csv", "a/c/x.jsonl", "metrics.csv", "b.tsv"):
        write(tmp_path / name, TABLE.replace(",", "\t") if name.endswith("tsv") else TABLE)
    write(tmp_path / "a/c/x.jsonl", '{"step": 1, "a": 1}\n')
    found = ["b", "b.tsv", tmp_path.name, "a", "a/other", "a/c/x"]
    assert names(tmp_path) == found
    monkeypatch.chdir(tmp_path / "a")
    assert names(Path()) == ["a", "other", "c/x"]
    assert names(Path("..")) == found
    assert names(Path("metrics.csv")) == ["a"]
    assert names(Path("c") / "x.jsonl") == ["x"]


def test_no_two_runs_are_called_the_same(tmp_path: Path) -> None:
    for name in (
        "a/metrics.csv",
        "a.csv",
        "a.jsonl",
        "a.ndjson",
        os.fsdecode(b"\xff.csv"),
        os.fsdecode(b"\xfe.csv"),
    ):
        write(tmp_path / name, '{"step": 1, "a": 1}\n' if "json" in name else TABLE)
    found = names(tmp_path)
    assert len(set(found)) == len(found) == 6
    assert all(name.isprintable() for name in found)


def test_one_folder_can_have_runs_of_several_formats(tmp_path: Path) -> None:
    write(tmp_path / "metrics.csv")
    write(tmp_path / "metrics.jsonl", '{"step": 1, "a": 1}\n')
    write(tmp_path / "checkpoint-1" / "trainer_state.json", '{"log_history": [{"step": 1, "loss": 2}]}')
    made_tensorboard.write(tmp_path / "events.out.tfevents.1", made_tensorboard.scalar("loss", 1, 1))
    followed = follow(tmp_path)
    assert len({source.path for source in followed.sources}) == 4
    own = tmp_path.name
    assert list(followed.poll()) == [own, f"{own} (2)", "metrics", "metrics.jsonl"]


def test_runs_of_the_dashboard_are_read_as_such(tmp_path: Path) -> None:
    with Run("mine", dir=tmp_path) as run:
        run.log({"loss": 2.0}, step=1)
    (told,) = follow(tmp_path).poll().values()
    assert (told.state.source, told.curves) == ("", {"loss": [(1, 2.0)]})


def test_links_and_hidden_folders_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "top" / "real" / "a.csv")
    write(tmp_path / "top" / ".git" / "b.csv")
    (tmp_path / "top" / "real" / "loop").symlink_to(tmp_path / "top")
    (tmp_path / "top" / "c.csv").symlink_to(tmp_path / "top" / "real" / "a.csv")
    os.mkfifo(tmp_path / "top" / "pipe.csv")
    os.mkfifo(tmp_path / "top" / "events.out.tfevents.1")
    assert names(tmp_path / "top") == ["real/a"]
    (tmp_path / "link").symlink_to(tmp_path / "top")
    assert names(tmp_path / "link") == ["real/a"]


def test_the_search_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path.joinpath(*"abcdefghijklm")
    write(deep / "too_deep.csv")
    write(deep.parent / "deep.csv")
    assert names(tmp_path) == ["/".join("abcdefghijkl") + "/deep"]
    for number in range(5):
        write(tmp_path / "many" / f"{number}" / "a.csv")
    monkeypatch.setattr(formats, "_MOST_SOURCES", 3)
    assert len(names(tmp_path / "many")) == 3


@pytest.mark.parametrize(
    "name", ["missing", "text.txt", "empty.db", "labels.jsonl", "numbers.csv", "pipe.csv", "a\0"]
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    write(tmp_path / "text.txt", "hello")
    write(tmp_path / "empty.db", "")
    write(tmp_path / "labels.jsonl", '{"label": 1}\n')
    write(tmp_path / "numbers.csv", "1,2\n3,4\n")
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match=r"TensorBoard's event files.*trackio"):
        list(recognised(tmp_path / name))
    if name not in {"missing", "a\0"}:
        assert list(recognised(tmp_path)) == []


class _Missing(JsonLines):
    """A format whose package is not installed."""

    def open(self, path: Path, run: str) -> Source:  # type: ignore[override]
        raise InputError(f"{path}: install cifar-tui[{run}]")


def test_a_missing_package_is_told_of_and_hides_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "FORMATS", (_Missing(), CsvTable()))
    write(tmp_path / "a.jsonl", '{"step": 1, "a": 1}\n')
    with pytest.raises(InputError, match=r"install cifar-tui\[a\]"):
        list(recognised(tmp_path))
    write(tmp_path / "b.csv")
    followed = follow(tmp_path)
    runs = followed.poll()
    assert list(runs) == ["b", "a"]
    assert runs["a"].state.notices[0].endswith("install cifar-tui[a]")
    assert len(followed.poll()["a"].records) == 2


@pytest.mark.parametrize("name", ["folder", "file.csv"])
def test_what_is_closed_is_said_to_be(name: str) -> None:
    with open_to_all() as folder:
        (folder / "folder").mkdir()
        write(folder / "file.csv")
        with closed(folder / name), pytest.raises(InputError, match="cannot be read"):
            list(recognised(folder / name))


def test_a_name_that_is_too_long_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="File name too long"):
        list(recognised(tmp_path / ("x" * 300)))
