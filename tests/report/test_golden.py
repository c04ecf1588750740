import pytest

from core.report.markdown import markdown_report
from core.results.labelled_runs import label_runs
from core.results.outcome_text import outcome_words
from core.runs.run_state import RunState
from tests.report.example_runs import example_states
from tests.report.golden_files import FOLDER, NAMES, golden_text
from tests.report.partial_runs import partial_states


@pytest.mark.parametrize("name", NAMES)
def test_the_report_is_the_golden_one(name: str) -> None:
    assert golden_text(name) == (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("state", partial_states(), ids=lambda state: f"{state.name}-{state.outcome}")
def test_a_partial_run_alone_makes_a_report(state: RunState) -> None:
    text = markdown_report(label_runs([state]), "files")
    assert outcome_words(state).replace("|", r"\|") in text
    assert "None" not in text


def test_tables_have_as_many_cells_in_every_row() -> None:
    text = markdown_report(label_runs(example_states()), "files")
    tables = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    assert len(tables) == 3 + 2 + 3 * 3 + 4
    for lines in tables:
        assert len({line.replace(r"\|", "").count("|") for line in lines}) == 1
