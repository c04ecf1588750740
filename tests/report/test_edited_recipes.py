import csv
import io
import json

from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.report.markdown import markdown_report
from core.report.tables import csv_report, json_report
from core.results.comparison import run_figures
from core.results.labelled_runs import label_runs
from core.results.preset_text import preset_text, preset_texts
from core.runs.run_state import RunState
from tests.report.example_runs import config, finished_events, state

PLAIN = config(Norm.BATCH)
EDITED = PLAIN.having({"dropout": 0.1})


def finished(run: RunConfig) -> RunState:
    return state(finished_events(run), run.norm)


def test_every_report_names_the_edits() -> None:
    runs = label_runs([finished(EDITED)])
    text = markdown_report(runs, "files")
    assert "`reference` (edited: dropout 0.1) preset" in text.split("\n", 1)[0]
    assert "(preset `reference` (edited: dropout 0.1)" in text
    assert "| edits | dropout 0.1 |" in text
    (run,) = json.loads(json_report(runs))["runs"]
    assert run["config"]["edits"] == {"dropout": 0.1}
    assert next(csv.DictReader(io.StringIO(csv_report(runs))))["preset"] == "reference, edited: dropout 0.1"


def test_edits_tell_runs_apart() -> None:
    plain, edited = label_runs([finished(PLAIN), finished(EDITED)])
    assert (plain.label, edited.label) == ("batch, dropout default", "batch, dropout 0.1")
    assert plain.style != edited.style
    assert plain.kind != edited.kind
    assert "| edits | none (batch, dropout default)<br>dropout 0.1" in markdown_report(
        (plain, edited), "files"
    )


def test_an_edited_recipe_is_not_held_against_the_published_one() -> None:
    plain, edited = label_runs([finished(PLAIN), finished(EDITED)])
    assert run_figures(plain).published is not None
    assert run_figures(edited).published is None


def test_presets_are_named_with_what_is_edited_of_each() -> None:
    both = [
        PLAIN,
        EDITED,
        EDITED.having({"dropout": 0.2}),
        PLAIN.having({"preset": Preset.TUNED, "groups": 8}),
    ]
    assert preset_texts(both) == ["`reference` (edited: dropout)", "`tuned` (edited: groups 8)"]
    assert preset_text(PLAIN.having({"learning_rate": 0.1})) == "reference, edited: learning rate 0.1"
