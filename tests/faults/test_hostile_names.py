"""Sixty names through every display: none of them steers a terminal, or marks up a report."""

import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.config.presets import Norm
from core.report.markdown import markdown_report
from core.report.presentable import Standpoint, presentable
from core.report.tables import csv_report, json_report
from core.results.labelled_runs import label_runs
from core.runs.event_log import EventWriter
from core.runs.events import DataLoaded, Notice
from core.runs.folder import SuiteFolder
from core.runs.suite_state import states_in
from tests.command.programs import COMMAND, refused, run
from tests.faults.hostile_names import CODES, NAMES
from tests.report.example_runs import config, finished_events
from tests.runs.made_suites import made_suite
from tests.terminal import Terminal

_CLASSES = 10
_MARKUP = re.compile(r"(?<!\\)(?:<script|<!--|\[red|\]\(http:|!\[x|www\.e|https:/|~~a)")
# what Textual writes itself
_SEQUENCES = re.compile(rb"\x1b\[[0-9;:?<>=$ ]*[a-zA-Z]|\x1b[()][A-Z0-9]|\x1b[=>78]|\x1b\]22;[a-z-]*\x07")


def suites_with(runs_dir: Path) -> list[SuiteFolder]:
    """Return suites whose images have the names as classes, ten each, and as a label; all are notices."""
    suites = []
    for first in range(0, len(NAMES), _CLASSES):
        names = (*NAMES[first:], *NAMES)[:_CLASSES]
        suite = made_suite(runs_dir)
        with EventWriter(suite.run("batch").events) as output:
            for event in finished_events(config(Norm.BATCH), epochs=2):
                if isinstance(event, DataLoaded):
                    output.write(replace(event, classes=names, label=names[0]))
                    for name in NAMES:
                        output.write(Notice(text=name))
                else:
                    output.write(event)
        suites.append(suite)
    return suites


def test_there_are_sixty_or_more() -> None:
    assert len(set(NAMES)) >= 60
    assert all(len(os.fsencode(name)) <= 255 for name in NAMES)


def test_no_report_has_one_raw(tmp_path: Path) -> None:
    for suite in suites_with(tmp_path / "runs"):
        runs = label_runs(presentable(states_in(suite.path)[:1], Standpoint.here()))
        markdown = markdown_report(runs, "report_files")
        for text in (markdown, json_report(runs), csv_report(runs)):
            assert CODES.findall(text.replace("\r\n", "\n")) == []
            text.encode()
        assert _MARKUP.findall(markdown) == []


def test_no_command_prints_one_raw(tmp_path: Path) -> None:
    for name in NAMES:
        folder = tmp_path / name.replace("/", "")
        folder.mkdir()
        (folder / "suite.json").write_text("{")
        for arguments in (
            ["attach", name],
            ["report", name, "--export", "r.md"],
            ["--headless", "--data", name],
        ):
            if name == NAMES[0] or arguments[0] == "attach":  # the words are made in one place for all
                shown = (run if name == NAMES[0] else refused)(*arguments, cwd=tmp_path)
                assert shown.returncode == 2
                assert CODES.findall(shown.stderr) == []
                assert shown.stderr.count("\n") == 1


@pytest.mark.timeout(600)
def test_no_screen_draws_one_raw(tmp_path: Path) -> None:
    for suite in suites_with(tmp_path / "runs")[:2]:
        with Terminal([*COMMAND, "attach", suite.path.name], tmp_path, columns=120, lines=40) as terminal:
            terminal.wait_for("quit")
            for key in "3245":
                terminal.send(key)
                terminal.drain(0.5)
            terminal.send("q")
            assert terminal.ended() == 0
            text = _SEQUENCES.sub(b"", terminal.seen).decode(errors="replace")
            assert set(CODES.findall(text)) <= {"\r", "\x1b"}
            assert b"\x1b]0;" not in terminal.seen
            assert b"\x1b]52;" not in terminal.seen
            assert b"\x1b[2J\x1b[2J" not in terminal.seen


if sys.platform == "darwin":  # its file systems have UTF-8 alone
    NAMES = tuple(name for name in NAMES if name.isprintable())
