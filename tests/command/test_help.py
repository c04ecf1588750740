import re
import shlex

import pytest

from core.config.run_config import settings
from core.config.suite_config import suite_settings
from tui.command.flags import run_grid, suite_values
from tui.command.parsers import train_parser

HELP = train_parser().format_help()
FORMS = sorted(set(re.findall(r"^  (--data .*?)  ", HELP, re.MULTILINE)))
EXAMPLES = re.findall(r"^  cifar-tui (--.*?)  ", HELP.partition("examples:")[2], re.MULTILINE)


def test_every_flag_stands_in_a_group_that_says_what_it_is_for() -> None:
    ungrouped, *groups = re.split(r"\n\n(?=\S[^\n]*:\n  --)", HELP.partition("\ncommands:")[0])
    flags = [re.findall(r"^  (?:-h, )?(--[\w-]+)", group, re.MULTILINE) for group in (ungrouped, *groups)]
    assert flags[0] == ["--help", "--version"]
    assert all(1 < len(group) < 15 for group in flags)
    told = {flag for group in flags for flag in group}
    assert told >= {setting.flag for setting in (*settings().values(), *suite_settings().values())}


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_understood(example: str) -> None:
    options = train_parser().parse_args(shlex.split(example))
    assert run_grid(options).runs()
    suite_values(options)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_data_is_understood(form: str) -> None:
    assert run_grid(train_parser().parse_args(shlex.split(form))).runs()


def test_there_are_examples_and_they_fit_a_terminal() -> None:
    assert len(EXAMPLES) >= 4
    assert len(FORMS) >= 7
    assert max(map(len, HELP.partition("\ncommands:")[2].splitlines())) <= 80
