from typing import Any

import pytest

from core.api.asked import asked_suite
from core.config.presets import Norm, Preset
from core.config.settings import Switch
from core.config.suite_config import Keep
from core.errors import InputError
from tui.command.flags import run_grid, suite_values
from tui.command.parsers import train_parser


def flags(*arguments: str) -> Any:  # noqa: ANN401 - what the command line makes of them
    options = train_parser().parse_args(arguments)
    return run_grid(options).runs(), suite_values(options)


def test_keywords_ask_for_what_the_flags_of_their_command_do() -> None:
    suite = asked_suite(
        ["batch", Norm.GROUP],
        2,
        {
            "preset": ["tuned", Preset.REFERENCE],
            "seed": 3,
            "learning_rate": [0.01, 0.02],
            "dropout": 0.2,
            "flip": False,
            "flip_average": True,
            "data": "demo",
            "limit_train": None,
            "keep": ["best", "last"],
            "parallel": 2,
        },
    )
    _, *arguments = suite.command.split()
    runs, values = flags(*arguments)
    assert suite.runs == runs
    assert len(runs) == 16
    assert {run.seed for run in runs} == {3, 4}
    assert {run.flip_average for run in runs} == {Switch.ON}
    assert values == {"keep": (Keep.BEST, Keep.LAST), "parallel": 2}
    assert (suite.keep, suite.parallel) == (values["keep"], values["parallel"])


def test_by_itself_the_three_norms_are_trained() -> None:
    assert asked_suite(tuple(Norm), None, {}).runs == flags()[0]


def test_seeds_may_be_a_list() -> None:
    assert [run.seed for run in asked_suite("batch", [3, 5], {}).runs] == [3, 5]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"epoch": 5}, "epoch: there is no such setting; did you mean epochs?"),
        ({"epochs": 0}, "epochs=0: must be a whole number from 1 to 1,000"),
        ({"epochs": 2.5}, "epochs=2.5: must be a whole number from 1 to 1,000"),
        ({"preset": "slow"}, "preset='slow': must be one of reference, tuned, fast, best"),
        ({"dropout": [0.1, "much"]}, "dropout=[0.1, 'much']: each must be a number from 0 to 0.9"),
        (
            {"data": ["demo", "auto"]},
            "data=['demo', 'auto']: must be auto, demo, torchvision:NAME, a folder, an archive or a file",
        ),
        ({"preset": []}, "preset=[]: must be one of reference, tuned, fast, best"),
        ({"epochs": []}, "epochs=[]: must be a whole number from 1 to 1,000"),
        ({"flip_average": "maybe"}, "flip_average='maybe': must be one of on, off"),
    ],
)
def test_what_is_no_setting_is_refused_in_words(values: dict[str, object], words: str) -> None:
    with pytest.raises(InputError) as refused:
        asked_suite("batch", None, values)
    assert str(refused.value) == words
