"""Every command on the pages for beginners: the first run, the comparison, another machine."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config.presets import Norm
from core.results.labelled_runs import label_runs
from core.results.significance import seeds_needed
from core.results.study_verdict import study_verdict
from tests.command.programs import COMMAND, run
from tests.documents import ROOT
from tests.documents.pages import PROGRAM, arguments, blocks, commands, page, shell, understand
from tests.report.example_runs import config, epoch_events, finished_events, opening_events, state
from tests.results.studies import answering, ended, study
from tests.runs.made_suites import made_suite
from tests.tmux import Tmux, needs_tmux

PAGES = ("first-run", "comparison", "remote")
LINES = [line for name in PAGES for line in commands(name)]
OURS = [line for line in LINES if PROGRAM.match(line)]
(TRAINING,) = {line for line in OURS if "--headless --demo" in line}
REMOTE_LINES = [line for line in LINES if line.startswith("ssh ")]


def without_pictures(line: str) -> str:
    """Have a line's report written as JSON: the pictures of one in Markdown take as long as the training."""
    return re.sub(r"(--export \w+)\.md\b", r"\1.json", line)


def without_figures(lines: list[str]) -> list[str]:
    """Return lines with no figure in them, nor a best epoch, which is told where it is not the last."""
    told = (re.sub(r" \(best epoch .*\)", "", line) for line in lines)
    return sorted(re.sub(r" *\d+(\.\d+)?", " N", line) for line in told)


def test_one_small_training_and_all_that_is_done_with_it(tmp_path: Path) -> None:
    ended, again = blocks("first-run", "text")
    done = run(*arguments(without_pictures(TRAINING)), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "first.json\n"), done.stderr
    lines = ended.splitlines()
    assert without_figures(done.stderr.splitlines()[-len(lines) :]) == without_figures(lines)

    (suite,) = (tmp_path / "runs").iterdir()
    suite.rename(suite.with_name("SUITE"))
    reports = [line for line in dict.fromkeys(OURS) if arguments(line)[:1] == ["report"]]
    assert len(reports) == 2
    for line in map(without_pictures, reports):
        assert shell(line, tmp_path) == [arguments(line)[-1]]

    (line,) = [line for line in LINES if line.startswith("nohup ")]
    small = line.replace("--headless --seeds 8", shlex.join(arguments(TRAINING)[:-2]))
    assert shell(f"{without_pictures(small)}\nwait $!", tmp_path) == []
    assert (tmp_path / "name.txt").read_text(encoding="utf-8") == "report.json\n"
    assert again in (tmp_path / "log.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", dict.fromkeys(OURS))
def test_every_command_is_understood(line: str) -> None:
    understand(arguments(line))


@pytest.fixture
def tmux_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Give the environment of a tmux that has nobody else's sessions or settings; end its server."""
    place = str(tmp_path_factory.mktemp("t"))  # a socket's path may not be long
    own = {"TMUX_TMPDIR": place, "HOME": place, "SHELL": "/bin/sh"}
    yield own
    elsewhere = {name: value for name, value in os.environ.items() if name != "TMUX"}
    ending = ["tmux", "kill-server"]
    subprocess.run(ending, env=elsewhere | own, check=False, capture_output=True)


@needs_tmux
def test_tmux_keeps_a_dashboard_as_the_page_says(tmp_path: Path, tmux_place: dict[str, str]) -> None:
    made = made_suite(tmp_path / "runs")
    made.path.rename(made.path.with_name("SUITE"))
    begin, back = [line for line in LINES if line.startswith("tmux ")]
    with Tmux(tmp_path) as terminal:
        own = " ".join(f"{name}={shlex.quote(value)}" for name, value in tmux_place.items())
        terminal.type(f"unset TMUX; export {own}; clear; {begin}")
        terminal.keys("Enter")
        terminal.wait_for("[cifar]")
        terminal.run([*COMMAND, "attach"])
        terminal.wait_for("1 Start", "SUITE")
        terminal.keys("C-b")
        terminal.keys("d")
        terminal.wait_for("[detached")
        terminal.type(back)
        terminal.keys("Enter")
        terminal.wait_for("1 Start", "SUITE")
        terminal.keys("q")
        terminal.wait_gone("1 Start")


@pytest.mark.skipif(shutil.which("ssh") is None, reason="no ssh")
@pytest.mark.parametrize("line", dict.fromkeys(REMOTE_LINES))
def test_ssh_understands_its_flags_and_what_it_runs_is_ours(line: str) -> None:
    _, *given = shlex.split(line)
    host = given.index("the-box")
    told = ["ssh", "-G", "-F", "none", *given[: host + 1]]  # what it would do; it asks no network
    done = subprocess.run(told, check=True, capture_output=True, text=True)
    assert "hostname the-box\n" in done.stdout
    for remote in given[host + 1 :]:
        there, _, program = remote.partition(" && ")
        assert there == "cd cifar-tui"
        understand(arguments(program))


def test_no_other_command_is_on_these_pages(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    known = ("ssh ", "scp ", "tmux ", "nohup ", "cd cifar-tui")
    others = [line for line in LINES if not PROGRAM.match(line) and not line.startswith(known)]
    (install,) = others
    (path,) = re.findall(r"`(export PATH=.*?)`", page("first-run"))
    assert f"```sh\n{install}\n```" in readme
    assert shell(f'{path}\necho "${{PATH%%:*}}"', tmp_path) == [f"{tmp_path}/.uv/bin"]


def test_the_verdicts_words_are_those_the_program_has() -> None:
    clear = tuple(0.80 + seed / 1000 for seed in range(8))
    close = tuple(0.70 + (seed * 3 % 8) / 1000 for seed in range(8))
    as_close = tuple(0.70 + (seed * 5 % 8) / 1000 for seed in range(8))
    live = [*opening_events(config(Norm.LAYER)), *epoch_events(Norm.LAYER, 1)]
    done = state(finished_events(config(Norm.BATCH), 20), Norm.BATCH)
    other = ended(Norm.GROUP, 0.7)
    studies = (
        study(batch=clear, layer=close, group=as_close),
        study(batch=close, layer=as_close),
        study(batch=clear, group=clear, layer=close),
        study(batch=clear[:3], layer=close[:3], group=as_close[:3]),
        label_runs([ended(Norm.BATCH, 0.8), other]),
        label_runs([done, state(live, Norm.LAYER)]),
        label_runs([answering(Norm.BATCH, [True] * 90), answering(Norm.GROUP, [False] * 90)]),
        label_runs([state(live, Norm.LAYER)]),
    )
    leads = " ".join(study_verdict(runs).lead for runs in studies).lower()
    table = page("comparison").split("| it says | what may be claimed |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| (?!:--)(.*?) \|", table, flags=re.MULTILINE)
    assert len(rows) == 9
    for words in rows:
        if words.startswith("These runs"):
            continue
        for part in words.lower().split("…"):
            assert part.strip(" ,") in leads, words
    assert (seeds_needed(3), seeds_needed(1)) == (7, 6)
