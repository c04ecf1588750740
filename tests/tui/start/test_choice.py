import pytest

from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.errors import InputError
from tui.start.choice import SETTINGS, Choice
from tui.start.limits import badges

DEFAULTS = RunConfig(norm=Norm.BATCH, data="demo", epochs=3, limit_train=500)
CHOICE = Choice.of(DEFAULTS, tuple(Norm))


def test_it_begins_with_what_the_command_line_gave() -> None:
    assert [run.norm for run in CHOICE.suite().runs] == list(Norm)
    assert {run.epochs for run in CHOICE.suite().runs} == {3}
    assert CHOICE.suite().runs[0] == DEFAULTS


def test_how_many_train_at_once_goes_into_the_suite_and_its_command() -> None:
    assert CHOICE.suite().parallel is None
    assert "--parallel" not in CHOICE.suite().command
    two = Choice.of(DEFAULTS, tuple(Norm), parallel=2)
    assert two.text("parallel") == "2"
    assert two.suite().parallel == 2
    assert two.suite().command.endswith("--limit-train 500 --parallel 2")
    assert two.with_text("parallel", "auto").suite() == CHOICE.suite()


def test_norms_are_chosen_and_left_out() -> None:
    without = CHOICE.toggled(Norm.LAYER)
    assert [run.norm for run in without.suite().runs] == [Norm.BATCH, Norm.GROUP]
    assert without.highlighted is Norm.LAYER
    assert without.toggled(Norm.LAYER).norms == frozenset(Norm)


def test_all_means_all_and_then_none() -> None:
    assert CHOICE.toggled(Norm.GROUP).all_toggled().norms == frozenset(Norm)
    none = CHOICE.all_toggled()
    with pytest.raises(InputError, match="choose a norm"):
        none.suite()


def test_the_highlight_goes_round() -> None:
    assert CHOICE.moved(-1).highlighted is Norm.GROUP
    assert CHOICE.moved(-1).moved(1).highlighted is Norm.BATCH


def test_presets_go_round() -> None:
    choice = CHOICE
    seen = []
    for _ in Preset:
        choice = choice.next_preset()
        seen.append(choice.preset)
    assert set(seen) == set(Preset)
    assert choice.preset is CHOICE.preset


@pytest.mark.parametrize(
    ("field", "text", "wanted"),
    [
        ("epochs", "0", "a whole number from 1"),
        ("epochs", "", "a whole number from 1"),
        ("epochs", "2.5", "a whole number from 1"),
        ("learning_rate", "nan", "a number above 0"),
        ("device", "tpu", "one of auto, cpu, cuda, mps"),
        ("data", "  ", "auto, demo or a folder"),
        ("seed", "-1", "a whole number from 0"),
        ("parallel", "0", "auto or a whole number from 1"),
    ],
)
def test_a_wrong_text_says_what_would_be_right_and_trains_nothing(field: str, text: str, wanted: str) -> None:
    wrong = CHOICE.with_text(field, text)
    assert wanted in wrong.mistakes[field]
    assert list(wrong.mistakes) == [field]
    with pytest.raises(InputError):
        wrong.suite()


@pytest.mark.parametrize("field", SETTINGS)
def test_an_empty_text_is_the_default_where_there_is_one(field: str) -> None:
    empty = CHOICE.with_text(field, "")
    optional = field in {"learning_rate", "limit_train", "limit_test", "parallel"}
    assert (empty.mistake(field) == "") is optional


def test_broken_limits_are_told_before_anything_is_trained() -> None:
    kept = [badge.kept for badge in badges(CHOICE, 41_992)]
    assert kept == [True, True, None]
    over = badges(CHOICE.with_text("epochs", "21"), 50_000)
    assert [badge.kept for badge in over] == [False, False, None]


def test_the_published_accuracy_stands_for_the_reference_preset() -> None:
    reference = Choice.of(RunConfig(norm=Norm.LAYER, preset=Preset.REFERENCE), (Norm.LAYER,))
    assert badges(reference, 146_008)[2].kept is False
    assert badges(reference.moved(-1), 41_992)[2].kept is True
    assert badges(reference.with_text("epochs", "many"), 146_008)[1].kept is None
