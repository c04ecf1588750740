"""A study that was cut short goes on with what is left of it, by the same command."""

import json
import subprocess
from pathlib import Path

import psutil

from core.runs.event_log import read_events
from core.runs.folder import SuiteFolder
from core.runs.life_events import RunFinished, RunLost, RunStarted
from tests.command.programs import COMMAND, run
from tests.patience import event_bytes, wait_for

STUDY = [
    *("--headless", "--demo", "--seeds", "8", "--export", "report.json"),
    *("--epochs", "1", "--limit-train", "64", "--limit-test", "50"),
]


def event_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("runs/*/*/events.jsonl"))


def finished(folder: Path) -> dict[Path, bytes]:
    """Return the event files of the runs that have finished."""
    files = {file: file.read_bytes() for file in event_files(folder)}
    return {file: content for file, content in files.items() if b'"kind":"run_finished"' in content}


def test_a_study_killed_half_way_trains_no_finished_run_again(tmp_path: Path) -> None:
    command = [*COMMAND, *STUDY]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        wait_for(lambda: len(finished(tmp_path)) > 5, lambda: event_bytes(tmp_path))
        (worker,) = psutil.Process(process.pid).children()
        process.kill()  # first: nobody is left to record what becomes of the worker
        worker.kill()
    (folder,) = map(SuiteFolder, (tmp_path / "runs").iterdir())
    wait_for(lambda: not folder.alive())
    before, begun = finished(tmp_path), event_files(tmp_path)
    assert 5 < len(before) < 24

    again = run(*STUDY, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    first, *lines = again.stderr.splitlines()
    name = folder.path.relative_to(tmp_path)
    assert first == f"going on with {name}: {len(before)} of 24 runs are finished; --fresh trains all anew"
    told = [line.split(" epoch ")[0] for line in lines if " epoch  1/1 |" in line]
    assert len(told) == 24 - len(before)
    assert {file: file.read_bytes() for file in before} == before
    assert len(finished(tmp_path)) == 24
    for file in event_files(tmp_path):
        events = [record.event for record in read_events(file)]
        lost = file in begun and file not in before
        assert sum(isinstance(event, RunLost) for event in events) == lost
        assert sum(isinstance(event, RunStarted) for event in events) == 1 + lost
        assert isinstance(events[-1], RunFinished)
    report = (tmp_path / "report.json").read_bytes()
    assert len(json.loads(report)["runs"]) == 24

    (tmp_path / "report.json").unlink()
    whole = {file: file.read_bytes() for file in event_files(tmp_path)}
    complete = run(*STUDY, cwd=tmp_path)
    assert complete.returncode == 0, complete.stderr
    assert complete.stderr.startswith(
        f"{name}: all 24 runs are finished, nothing is trained; --fresh trains "
    )
    assert {file: file.read_bytes() for file in event_files(tmp_path)} == whole
    assert (tmp_path / "report.json").read_bytes() == report
