import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.config.presets import Norm
from core.report import export_report
from core.report.presentable import Standpoint, presentable
from core.runs.events import Event, Notice
from core.runs.life_events import Fault, RunFailed, RunStarted
from core.runs.run_state import RunState
from tests.report.example_runs import RECIPE, config, finished_events, state

HERE = Standpoint(home=Path("/home/alice"), folder=Path("/home/alice/lessons"))


def _run(data: str, command: str, *more: Event, norm: Norm = Norm.BATCH) -> RunState:
    own = replace(config(norm), data=data)
    return state([RunStarted(run=str(norm), config=own, recipe=RECIPE, command=command), *more], norm)


def _told(run: RunState) -> tuple[str, str]:
    (shown,) = presentable([run], HERE)
    assert shown.started is not None
    return shown.started.config.data, shown.started.command


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("/home/alice/lessons/images", "images"),
        ("/home/alice/photos/images", "~/photos/images"),
        ("/home/alice/my photos", "~/my photos"),
        ("/mnt/disk/images", "images"),
        ("/home/bob/images", "images"),
        ("auto", "auto"),
    ],
)
def test_a_folder_is_named_as_seen_from_here(data: str, shown: str) -> None:
    assert _told(_run(data, "cifar-tui"))[0] == shown


def test_a_command_keeps_what_it_means_to_a_shell() -> None:
    typed = (
        "cifar-tui --data '/home/alice/my photos' --runs-dir /srv/runs --export=/home/alice/lessons/'a b.md'"
    )
    told = _told(_run("/home/alice/my photos", typed))[1]
    assert told == "cifar-tui --data ~/'my photos' --runs-dir runs --export='a b.md'"


def test_every_folder_of_a_sweep_is_named_so() -> None:
    swept = "--sweep data=/home/alice/lessons/a,/home/alice/b lr=0.1"
    told = _told(_run("/home/alice/b", f"cifar-tui {swept}"))[1]
    assert told == "cifar-tui --sweep 'data=a,~/b' lr=0.1"


def test_images_that_the_command_named_from_its_folder_are_named_so_wherever_that_was() -> None:
    for typed in ("--data ./images", "--data=./images"):
        assert _told(_run("/srv/elsewhere/images", f"cifar-tui {typed}"))[0] == "./images"


def test_two_folders_never_get_one_name() -> None:
    one, two = presentable([_run("/mnt/a/images", "cifar-tui"), _run("/mnt/b/images", "cifar-tui")], HERE)
    assert one.config is not None
    assert two.config is not None
    assert (one.config.data, two.config.data) == ("/mnt/a/images", "/mnt/b/images")


@pytest.mark.parametrize("ending", [".md", ".json", ".csv"])
def test_no_report_has_a_private_path(tmp_path: Path, ending: str) -> None:
    traceback = 'File "/opt/venv/lib/torch/nn.py", line 3\nFile "/home/alice/lessons/core/x.py", line 4'
    failure = RunFailed(error="/home/alice/x.png: bad", fault=Fault.PROGRAM, traceback=traceback)
    notice = Notice(text="kept in /home/alice/.cache/cifar (see https://example.org/a/b)")
    runs = [
        _run("/home/alice/one", "cifar-tui --data /home/alice/one", notice, failure),
        _run("/home/alice/two", "cifar-tui", *finished_events(config(Norm.BATCH), 1)[1:]),
    ]
    report = tmp_path / f"report{ending}"
    export_report(runs, report, HERE)
    text = report.read_text(encoding="utf-8")
    assert "/home" not in text
    assert "/opt" not in text
    if ending == ".json":
        first, second = json.loads(text)["runs"]
        assert (first["config"]["data"], second["label"]) == ("~/one", "batch, data ~/two")
        assert first["end"]["traceback"].startswith('File "…/nn.py", line 3\nFile "core/x.py"')
        assert first["notices"] == ["kept in ~/.cache/cifar (see https://example.org/a/b)"]
