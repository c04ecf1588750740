import pytest

from core.config.grid import Grid
from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.dataset.availability import SourceFound
from core.runs.speed import Speed
from tui.start.choice import Choice
from tui.start.expected import expected

CIFAR10 = SourceFound(found=True, usable=True, text="", cifar10=True)
OTHER = SourceFound(found=True, usable=True, text="")
TUNED = Choice.of(Grid(RunConfig(norm=Norm.BATCH), tuple(Norm)))
SPEED = Speed({(Preset.TUNED, 128, 32): {Norm.BATCH: 1e-4}})


def test_the_accuracy_that_was_measured_is_told_with_its_images() -> None:
    words = expected(TUNED, CIFAR10, Speed()).accuracy
    assert words.startswith("batch 80.")
    assert words.endswith("% CIFAR-10 (JPEG)")
    assert expected(TUNED.moved(1), CIFAR10, Speed()).accuracy.startswith("layer ")


@pytest.mark.parametrize(
    ("field", "text"),
    [("epochs", "10"), ("epochs", "x"), ("limit_test", "500"), ("dropout", "0.1"), ("learning_rate", "0.1")],
)
def test_nothing_is_told_of_what_is_trained_otherwise(field: str, text: str) -> None:
    assert expected(TUNED.with_text(field, text), CIFAR10, Speed()).accuracy == ""


def test_nothing_is_told_of_other_images() -> None:
    assert expected(TUNED, OTHER, Speed()).accuracy == ""
    assert expected(TUNED, None, Speed()).accuracy == ""


@pytest.mark.parametrize(
    ("epochs", "limit", "words"),
    [
        ("20", "", "about 5.0 min here"),
        ("1", "", "about 15 s here"),
        ("200", "", "about 50 min here"),
        ("1000", "", "about 4.2 h here"),
        ("20", "1000", "about 6 s here"),
    ],
)
def test_the_time_of_all_runs_is_told(epochs: str, limit: str, words: str) -> None:
    choice = TUNED.with_texts({"epochs": epochs, "limit_train": limit})
    assert expected(choice, CIFAR10, SPEED).time == words


def test_no_time_is_told_where_nothing_like_it_was_trained() -> None:
    assert expected(TUNED, CIFAR10, Speed()).time == ""
    assert expected(TUNED, OTHER, SPEED).time == ""
    assert expected(TUNED.next_preset(), CIFAR10, SPEED).time == ""
