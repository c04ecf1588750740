from pathlib import Path

import pytest

from core import Suite, compare, load_run, load_suite
from core.errors import InputError
from tests.report.example_runs import example_states
from tests.runs.made_suites import begun, made_suite, write


def test_runs_are_found_by_their_places_and_names(tmp_path: Path) -> None:
    folder = made_suite(tmp_path)
    write(folder, "batch", begun("batch"))
    suite = load_suite(str(folder.path))
    assert (len(suite), suite.names) == (2, ("batch", "group"))
    assert suite[0] is suite["batch"] is next(iter(suite))
    assert load_run(folder.path / "batch").started == suite["batch"].started
    assert repr(suite) == f"<Suite {folder.path}: batch: lost, group: waiting>"
    with pytest.raises(KeyError, match="no run layer; must be one of batch, group"):
        suite["layer"]


def test_of_several_runs_one_is_to_be_named(tmp_path: Path) -> None:
    folder = made_suite(tmp_path)
    with pytest.raises(InputError, match="name the folder of one of batch, group, or use load_suite"):
        load_run(folder.path)


def test_nothing_cannot_be_compared() -> None:
    with pytest.raises(InputError, match="there is no run to compare"):
        compare([])


def test_a_comparison_has_the_figures_and_the_words_of_reports() -> None:
    suite = Suite(Path("runs"), tuple(example_states()))
    comparison = compare(suite)
    assert [figures.label for figures in comparison.figures] == ["batch", "layer", "group"]
    assert str(comparison) == comparison.verdict.text
    assert comparison.verdict.lead in str(comparison)
