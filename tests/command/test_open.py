from pathlib import Path

import pytest

from core.tracking import Run
from tests.command.programs import COMMAND, everything_in, refused, run
from tests.runs.made_suites import made_suite
from tests.tmux import Tmux, needs_tmux
from tests.tracking.loops import loop

LIVE = """
with Run("live") as run:
    step = 0
    while not run.should_stop():
        run.log({"train/loss": 1 / (1 + step), "train/accuracy": step / (1 + step)}, step=step)
        step += 1
        time.sleep(0.01)
"""


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Return a folder in which `runs` has two runs, and a table of another tool lies beside."""
    for rate in (0.1, 0.2):
        with Run(f"rate-{rate}", config={"lr": rate}, dir=tmp_path / "runs") as written:
            written.log({"val/accuracy": rate})
    (tmp_path / "metrics.csv").write_text("step,val_accuracy\n0,0.25\n1,0.5\n")
    return tmp_path


def test_a_report_is_written_without_a_terminal(runs: Path) -> None:
    done = run("open", "runs", "metrics.csv", "--export", "report.md", cwd=runs)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip().endswith("report.md")
    text = (runs / "report.md").read_text(encoding="utf-8")
    assert "| rate-0.1 | cifar-tui | finished | 0 | 1 |" in text
    assert text.count("| not told | 1 | 1 |") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["open"], "the following arguments are required: PATH"),
        (["open", "nowhere"], "nowhere"),
        (["open", "notes.txt"], "notes.txt"),
        (["open", "runs"], "open needs a terminal; with --export it writes a report without one"),
        (["open", "runs", "--metric", "val/accuracy"], "--metric and --goal are for the report"),
        (["open", "runs", "--goal", "best", "--export", "r.md"], "most"),
        (
            ["open", "runs", "--metric", "f1", "--export", "r.md"],
            "no run has logged it; there is val/accuracy",
        ),
        (["open", "runs", "--export", "r.txt"], "must end in .md or .json"),
        (["open", "empty", "--export", "r.md"], "there is no run to report on"),
        (["open", "own", "--export", "r.md"], "see it with cifar-tui attach own/"),
    ],
)
def test_bad_input_is_one_line_and_leaves_everything(arguments: list[str], message: str, runs: Path) -> None:
    (runs / "notes.txt").write_text("nothing of a run")
    (runs / "empty").mkdir()
    (runs / "own").mkdir()
    made_suite(runs / "own")
    before = everything_in(runs)
    done = refused(*arguments, cwd=runs)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert everything_in(runs) == before


@needs_tmux
def test_a_loop_is_watched_paused_and_stopped_in_a_terminal(tmp_path: Path) -> None:
    with loop(LIVE, tmp_path) as process, Tmux(tmp_path, columns=80, lines=24) as terminal:
        terminal.run([*COMMAND, "open", "runs"])
        terminal.wait_for("● ━● live running", "loss", "accuracy")
        terminal.keys("p")
        terminal.wait_for("‖ ━● live paused")
        terminal.keys("p")
        terminal.wait_for("● ━● live running")
        terminal.keys("s")
        terminal.wait_for("Stop live?")
        terminal.keys("y")
        terminal.wait_for("■ ━● live stopped", "asked to, from another terminal")
        assert process.wait() == 0
        terminal.keys("q")
        terminal.wait_for("the-prompt$")
