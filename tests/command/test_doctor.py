"""`cifar-tui doctor` as people run it."""

import json
import os
import subprocess
from pathlib import Path

from core.doctor.examined import STEPS
from tests.command.programs import COMMAND, everything_in, run
from tests.doctor import fake_torch
from tests.doctor.fake_torch import shadowing
from tests.terminal import DASHBOARD, Terminal, plain


def test_on_this_machine_nothing_stops_training(tmp_path: Path, own_cache: Path) -> None:
    kept = everything_in(own_cache).keys()
    done = run("doctor", "--json", "--data", "demo", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["can_train"] is True
    found = {finding["about"]: finding for section in told["sections"] for finding in section["findings"]}
    assert "imported in" in found["torch"]["says"]
    assert found["--device auto"]["sign"] == "ok"
    assert found["--data demo"]["says"] == "procedural demo set: no download"
    assert everything_in(tmp_path) == {}
    assert everything_in(own_cache).keys() >= kept


def test_a_torch_that_crashes_is_a_problem_in_plain_aligned_words(tmp_path: Path) -> None:
    environment = shadowing(tmp_path, fake_torch.CRASHES)
    (tmp_path / "here").mkdir()
    done = subprocess.run(
        [*COMMAND, "doctor", "--data", "demo"],
        cwd=tmp_path / "here",
        env=os.environ | environment | {"COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    at = lines.index("Torch")
    assert lines[at + 1] == "  problem torch  its import crashes: its process ended (SIGABRT): Aborted"
    assert lines[at + 2] == "                 means: nothing can be trained with this torch"
    assert lines[at + 3].startswith("                 do:    uv sync --reinstall-package torch")
    assert lines[-1] == "1 problem to mend before training, 1 warning."
    assert max(len(line) for line in lines if "/" not in line) <= 80  # a path is kept whole
    assert list((tmp_path / "here").iterdir()) == []


def test_a_small_terminal_is_told_in_signs_and_colours(tmp_path: Path) -> None:
    environment = shadowing(tmp_path, fake_torch.FAILS)
    command = (*DASHBOARD, "doctor", "--data", "demo")
    with Terminal(command, tmp_path, columns=50, lines=10, environment=environment) as terminal:
        assert terminal.ended() == 1
    text = plain(terminal.seen)
    assert "! size        50 columns and 10 lines, fewer" in text
    assert "✓ colours     256" in text
    assert "✗ torch" in text
    assert b"\x1b[" in terminal.seen
    assert max(len(line) for line in text.splitlines() if "/" not in line) <= 50  # a path is kept whole


def test_no_color_and_ascii_terminals_get_words(tmp_path: Path) -> None:
    environment = shadowing(tmp_path, fake_torch.FAILS) | {"NO_COLOR": "1", "LANG": "C", "LC_ALL": "C"}
    with Terminal((*DASHBOARD, "doctor"), tmp_path, environment=environment) as terminal:
        assert terminal.ended() == 1
    assert b"\x1b[" not in terminal.seen
    assert terminal.seen.isascii()
    text = plain(terminal.seen)
    assert "  problem torch" in text
    assert "  warning characters  the locale is not UTF-8 (LC_ALL=C, LANG=C," in text
    assert "  ok      colours     none, as NO_COLOR asks for" in text


def test_what_is_examined_is_in_the_order_in_which_one_needs_the_other() -> None:
    assert list(STEPS) == ["layers", "torch", "torchvision", "devices"]


def test_a_timeout_that_is_none_is_refused(tmp_path: Path) -> None:
    done = run("doctor", "--timeout", "0", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "cifar-tui: --timeout 0: must be a number above 0, at most 86400\n"
