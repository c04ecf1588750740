import json
import os
import pty
import re
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.dataset.demo import TRAIN_COUNT
from core.results.labelled_runs import label_runs
from core.results.study_verdict import study_verdict
from core.runs.event_log import read_events
from core.runs.folder import SuiteFolder, create_suite
from core.runs.life_events import RunStopped
from core.runs.run_reducer import replay
from core.runs.run_state import Outcome
from core.runs.suite_state import SuiteReader
from tests.command.programs import COMMAND, QUICK, run
from tests.command.test_bad_input import image_folder
from tests.dataset.samples import write_image_folder
from tests.patience import event_bytes, wait_for


def only_suite(folder: Path) -> Path:
    (suite,) = (folder / "runs").iterdir()
    return suite


def test_the_main_job_and_its_report_again_from_the_events_alone(tmp_path: Path) -> None:
    result = run(*QUICK, "--export", "report.md", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stdout == "report.md\n"
    lines = result.stderr.splitlines()
    assert sum(bool(re.match(r"(batch|layer|group) +epoch +1/1 \|", line)) for line in lines) == 3
    assert "\x1b" not in result.stderr
    assert "Total params: 41,992" in result.stderr
    assert "flip-averaged" not in result.stderr + (tmp_path / "report.md").read_text()

    again = tmp_path / "elsewhere"
    again.mkdir()
    made = run("report", str(only_suite(tmp_path)), "--export", "elsewhere/report.md", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    files = sorted(p.relative_to(again) for p in again.rglob("*") if p.is_file())
    assert len(files) > 9
    for file in files:
        assert (tmp_path / file).read_bytes() == (again / file).read_bytes(), file


def suite_of_quick_runs(folder: Path, *norms: Norm, parallel: int | None = None) -> SuiteFolder:
    """Make a suite, ten years ago, of the runs that QUICK trains with `norms`."""
    base = RunConfig(norm=norms[0], epochs=1, data="demo", limit_train=128, limit_test=50)
    suite = SuiteConfig(Grid(base, norms).runs(), "cifar-tui", parallel)
    return create_suite(folder / "runs", suite, datetime(2016, 1, 1, tzinfo=UTC))


def test_runs_that_are_being_trained_are_left_to_their_worker(tmp_path: Path) -> None:
    suite = suite_of_quick_runs(tmp_path, Norm.BATCH)
    with suite.lock():
        refused = run(*QUICK, "--norm", "batch", cwd=tmp_path)
    assert refused.returncode == 2
    name = suite.path.relative_to(tmp_path)
    assert refused.stderr == (
        f"cifar-tui: {name}: is being trained; cifar-tui attach {name} shows it, "
        "--fresh trains a suite beside it\n"
    )
    assert only_suite(tmp_path) == suite.path


def test_fresh_begins_anew_what_could_be_gone_on_with(tmp_path: Path) -> None:
    suite = suite_of_quick_runs(tmp_path, Norm.BATCH)
    result = run(*QUICK, "--norm", "batch", "--fresh", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "going on" not in result.stderr
    assert not suite.run("batch").path.exists()
    assert len(list((tmp_path / "runs").iterdir())) == 2


def test_a_suite_that_goes_on_trains_as_many_at_once_as_are_wanted_now(tmp_path: Path) -> None:
    suite = suite_of_quick_runs(tmp_path, Norm.GROUP, Norm.BATCH)
    result = run(*QUICK, "--norm", "batch,group", "--parallel", "2", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "0 of 2 runs are finished" in result.stderr
    assert suite.config().parallel == 2
    assert suite.config().names == ("group", "batch")
    assert "side by side" in result.stderr


def test_images_that_are_gone_cost_an_earlier_suite_nothing(tmp_path: Path) -> None:
    suite = suite_of_quick_runs(tmp_path, Norm.BATCH)
    gone = replace(suite.config().runs[0], data=str(tmp_path / "images"), limit_test=None)
    suite.write_config(SuiteConfig((gone,), "cifar-tui"))
    bad = image_folder(tmp_path / "images")
    (bad / "train" / "class3" / "0.png").write_bytes(b"no image")
    flags = ["--headless", "--data", "images", "--norm", "batch", "--epochs", "1", "--limit-train", "128"]
    result = run(*flags, cwd=tmp_path)
    assert result.returncode == 2
    assert "class3/0.png" in result.stderr
    assert suite.exists()


def test_flip_averages_are_told_where_they_are_wanted(tmp_path: Path) -> None:
    wanted = ("--norm", "group", "--flip-average", "on")
    result = run(*QUICK, *wanted, "--export", "report.json", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "| flip-averaged " in result.stderr
    (told,) = json.loads((tmp_path / "report.json").read_text())["runs"]
    averaged = told["comparison"]["flip_averaged_accuracy"]
    assert averaged * 50 == pytest.approx(round(averaged * 50))  # a count of the 50 test images


def test_test_images_that_are_trained_on_are_told_in_log_report_and_comparison(tmp_path: Path) -> None:
    folder = write_image_folder(tmp_path / "mine", per_class=(3, 1))
    shutil.rmtree(folder / "test")
    (folder / "test").symlink_to("train")
    told = "30 of 30 test images are also training images."
    result = run(
        *("--headless", "--data", str(folder), "--norm", "batch,group", "--epochs", "1"),
        *("--export", "report.md"),
        cwd=tmp_path,
    )
    assert result.returncode == 0, result.stderr
    assert [line for line in result.stderr.splitlines() if told in line] == [
        f"batch: {told}",
        f"group: {told}",
    ]
    assert f"> [!NOTE]\n> {told}\n" in (tmp_path / "report.md").read_text()
    suite = SuiteFolder(only_suite(tmp_path))
    runs = [replay(name, read_events(suite.run(name).events)) for name in ("batch", "group")]
    assert told in study_verdict(label_runs(runs)).cautions


def test_resume_goes_on_with_a_suite_or_a_run_of_it_and_refuses_what_is_not_there(tmp_path: Path) -> None:
    suite = suite_of_quick_runs(tmp_path, Norm.GROUP, Norm.BATCH)
    name = suite.path.name
    one = run("resume", name, "batch", "--headless", cwd=tmp_path)
    assert one.returncode == 0, one.stderr
    assert [run.outcome for run in SuiteReader(suite).poll().runs] == [Outcome.WAITING, Outcome.FINISHED]
    rest = run("resume", name, "--export", "report.json", cwd=tmp_path)
    assert rest.returncode == 0, rest.stderr
    assert [run["outcome"] for run in json.loads((tmp_path / "report.json").read_text())["runs"]] == [
        "finished",
        "finished",
    ]
    for wanted, told in (
        ([name], "all runs have finished; there is nothing to go on with"),
        ([name, "batch"], "batch has finished; there is nothing to go on with"),
        ([name, "layer"], "has no run layer; must be one of group, batch"),
    ):
        refused = run("resume", *wanted, "--headless", cwd=tmp_path)
        assert (refused.returncode, refused.stderr) == (2, f"cifar-tui: runs/{name}: {told}\n")
    assert run("resume", "nowhere", cwd=tmp_path).stderr.startswith("cifar-tui: resume nowhere: must be")


def interrupted(tmp_path: Path, *arguments: str, twice: bool = False) -> tuple[int, str, Path]:
    """Start a long suite, interrupt its first epoch, and once more, if so, when that was heard."""
    command = [*COMMAND, *QUICK, "--norm", "batch,layer", "--epochs", "500", *arguments]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        wait_for(lambda: "steps_done" in events_text(tmp_path), lambda: event_bytes(tmp_path))
        assert process.stderr is not None
        process.send_signal(signal.SIGINT)
        said = ""
        for line in process.stderr:
            said += line
            if twice and "interrupt again" in line:
                process.send_signal(signal.SIGINT)
        return process.wait(), said, only_suite(tmp_path)


def events_text(folder: Path) -> str:
    return "".join(file.read_text() for file in folder.glob("runs/*/batch/events.jsonl"))


def test_an_interrupt_ends_the_epoch_and_writes_the_partial_report(tmp_path: Path) -> None:
    status, stderr, suite = interrupted(tmp_path, "--export", "report.json")
    assert status == 130
    assert "stopping after this epoch" in stderr
    end = read_events(suite / "batch" / "events.jsonl")[-1].event
    assert end == RunStopped(reason="asked to stop")
    assert re.search(r"stopped after \d+ of 500 epochs", (tmp_path / "report.json").read_text())
    assert not SuiteFolder(suite).alive()


def test_a_second_interrupt_stops_at_once(tmp_path: Path) -> None:
    long_epoch = ("--limit-train", str(TRAIN_COUNT), "--batch-size", "1", "--export", "report.md")
    status, stderr, suite = interrupted(tmp_path, *long_epoch, twice=True)
    assert status == 130
    assert f"cifar-tui report {suite.relative_to(tmp_path)} --export report.md" in stderr
    assert not (tmp_path / "report.md").exists()
    assert not SuiteFolder(suite).alive()
    assert "epoch_ended" not in events_text(tmp_path)
    assert isinstance(read_events(suite / "batch" / "events.jsonl")[-1].event, RunStopped)


def test_a_dead_worker_is_told_and_reported_with_status_1(tmp_path: Path) -> None:
    command = [*COMMAND, *QUICK, "--norm", "batch", "--epochs", "500", "--export", "r.json"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        wait_for(lambda: "epoch_ended" in events_text(tmp_path), lambda: event_bytes(tmp_path))
        (worker,) = psutil.Process(process.pid).children()
        worker.kill()
        _, stderr = process.communicate()
    assert process.returncode == 1
    assert "its process was killed (SIGKILL)" in stderr
    assert "lost" in (tmp_path / "r.json").read_text()


def test_on_a_terminal_there_are_three_bars_and_standard_output_stays_clean(tmp_path: Path) -> None:
    master, terminal = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
    environment.pop("NO_COLOR", None)
    command = [*COMMAND, *QUICK, "--norm", "batch", "--export", "report.csv"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=terminal, text=True
    ) as process:
        os.close(terminal)
        screen = drained(master)
        stdout, _ = process.communicate()
    assert process.returncode == 0
    assert stdout == "report.csv\n"
    assert "batch" in (tmp_path / "report.csv").read_text()
    assert [path.name for path in only_suite(tmp_path).iterdir() if path.is_dir()] == ["batch"]
    for words in ("batch", "epoch", "suite", "0/1", "whole suite", "━"):
        assert words in screen
    assert screen.rstrip().endswith("\x1b[?25h") or "\x1b[?25h" in screen[-400:]  # the cursor is back


def drained(master: int) -> str:
    """Read a pseudo-terminal until its other side is closed."""
    screen = b""
    with suppress(OSError):  # Linux says EIO when the last writer is gone
        while new := os.read(master, 65_536):
            screen += new
    os.close(master)
    return screen.decode(errors="replace")
