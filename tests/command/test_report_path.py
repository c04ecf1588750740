"""The report's path on standard output, whatever the file is called."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from core.config.presets import Norm
from core.runs.event_codec import to_line
from core.runs.events import Record
from tests.command.programs import COMMAND
from tests.report.example_runs import config, finished_events

NAME = b"r\xff\x1b.csv"  # no UTF-8, and an escape
pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="Apple's file systems take no such name")


def _command(folder: Path) -> list[str | bytes]:
    run = folder / "batch"
    run.mkdir()
    events = enumerate(finished_events(config(Norm.BATCH), 1))
    lines = [to_line(Record(sequence, 1.0 + sequence, event)) for sequence, event in events]
    (run / "events.jsonl").write_text("".join(lines), encoding="utf-8")
    return [*COMMAND, "report", "batch", "--export", NAME]


def test_a_script_gets_the_very_bytes(tmp_path: Path) -> None:
    ended = subprocess.run(_command(tmp_path), cwd=tmp_path, check=True, capture_output=True)
    assert ended.stdout == NAME + b"\n"
    assert (tmp_path / os.fsdecode(NAME)).is_file()
    assert ended.stderr == b""


def test_a_terminal_gets_what_it_can_show(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    ended = subprocess.run(_command(tmp_path), cwd=tmp_path, check=True, stdout=theirs)
    os.close(theirs)
    assert ended.returncode == 0
    assert os.read(ours, 100).decode().strip() == "r\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}.csv"
    os.close(ours)
