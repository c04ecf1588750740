"""The report for programs: JSON with everything, CSV with a row an epoch.

JSON is strict: a number that is not finite is the string "NaN", "Infinity" or "-Infinity", one that is not
known is null, keys are sorted. Shares and gaps are fractions, times seconds, epochs count from 1. Schema::

    {"schema": 1,
     "limits": {"parameters", "epochs", "accuracy"},
     "verdict": {"lead", "cautions", "best", "standings": [every field of `Standing`],
                 "pairs": [every field of `PairVerdict`, "claimed", "words"],
                 "classes": [{"first", "second", "claimed", every field of `ClassDifference`}],
                 "time_to_limit": [every field of `TimeToLimit`], "missed_images": `MissedImages` or null},
     "runs": [{
       "label", "norm", "outcome", "outcome_words", "command", "started_at" (Unix seconds),
       "comparison": every field of `RunFigures`, "gap", "against_published",
       "config": every field of `RunConfig`, "recipe": every field of `Recipe`,
       "dropout_used": the recipe's dropout as the device has it, 13/256 for 0.05 on a processor,
       "norm_name": the norm with its kind, "layer (affine per channel)",
       "environment": {"device", "device_name", "threads", "versions", "instruction_set", "index"},
       "data": {"label", "source", "fingerprint", "classes", "train_images", "test_images", "seconds",
                "identity", "test_fingerprint", "test_in_training", "under_two_labels", "adjustments"},
       "model": {"input_shape", "rows": [every field of `LayerRow`], "size": `ModelSize`},
       "epochs": [{the columns of the CSV from "epoch" on}],
       "last_evaluation": {"epoch", "confusion" (rows true, columns predicted), "class_accuracy"},
       "misclassified": [{"index", "true_class", "predicted_class", "confidence"}],
       "notices": [text], "note": text (what a person noted of the run),
       "end": {"reason"} or {"error", "fault", "traceback"} or {"exit_code", "stderr_tail"}}]}

Of an object, null stands where the run has not reported it; an instruction set that a run of an earlier
version did not tell is empty. "image_size", "resize", "flip_average", "schedule", "on_divergence",
"model" (FILE:FUNCTION, null where the network is the preset's), "model_digest" and "edits", what is edited of
the preset's recipe, are in the configs only where one of the runs has other than the default, "index", the
device's number, in an environment only where there were several devices, "adjustments", what was done to
images, in the data only where something was,
"flip_averaged_accuracy" in the comparisons only where one of them has it, "note" in the runs only where a
person noted something of one.

CSV has a row a run and epoch, so none for a run without an epoch; an empty cell is a number not known. Where
a run has a flip-averaged accuracy, that is a column before the last, filled in the row of the last evaluated
epoch, and so is what a person noted of a run, where one has a note; where runs trained side by side,
"side_by_side" before them tells which, whose seconds are then of a shared machine. The last column, filled
there as well, is the verdict on all runs in words.
"""

import csv
import io
import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from core.config.dropout import used_dropout
from core.config.presets import LIMITS
from core.config.recipe_edits import RecipeEdits
from core.config.run_config import RunConfig
from core.report.reported_settings import reported_settings
from core.results.comparison import has_flip_averages, run_figures
from core.results.epoch_rows import EpochRow, epoch_rows
from core.results.labelled_runs import LabelledRun
from core.results.model_size import model_size
from core.results.norm_text import norm_name
from core.results.outcome_text import outcome_words
from core.results.preset_text import preset_text
from core.results.study_verdict import study_verdict
from core.results.verdict_record import verdict_record
from core.runs.run_state import RunState

_SCHEMA: Final = 1
_RUN_COLUMNS: Final = ("run", "norm", "preset", "seed", "outcome")
_FLIP_AVERAGED: Final = "flip_averaged_accuracy"
_SHARED: Final = "side_by_side"
_NOTE: Final = "note"
_VERDICT: Final = "verdict"
_MOST_IN_LINES: Final = (
    100  # classes; the matrix of more would have ten thousand lines and more, a number each
)


def json_report(runs: Sequence[LabelledRun]) -> str:
    """Return the report as JSON; see the module for its schema."""
    settings, averaged = reported_settings(runs), has_flip_averages(map(run_figures, runs))
    reported = [_run(run, settings, averaged=averaged) | _note(run, runs) for run in runs]
    large = [_take_large_matrix(run, place) for place, run in enumerate(reported)]
    report = {
        "schema": _SCHEMA,
        "limits": asdict(LIMITS),
        "verdict": verdict_record(study_verdict(runs)),
        "runs": reported,
    }
    text = json.dumps(_strict(report), allow_nan=False, ensure_ascii=False, indent=1, sort_keys=True)
    for place, matrix in enumerate(large):
        if matrix:
            text = text.replace(f'"{_placeholder(place)}"', matrix, 1)
    return text + "\n"


def _take_large_matrix(run: dict[str, Any], place: int) -> str:
    """Replace a confusion matrix of many classes by a placeholder; return it as JSON, a row a line."""
    last = run["last_evaluation"]
    if last is None or len(last["confusion"]) <= _MOST_IN_LINES:
        return ""
    rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in last["confusion"])
    last["confusion"] = _placeholder(place)
    return f"[{rows}]"


def _placeholder(place: int) -> str:
    """Return what stands for a run's matrix; the code in it is in no text of a run."""
    return f"\u2028confusion {place}"


def csv_report(runs: Sequence[LabelledRun]) -> str:
    """Return the report as CSV with a heading line; lines end in a line feed."""
    averaged, noted = has_flip_averages(map(run_figures, runs)), _noted(runs)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    shared = any(run.state.side_by_side for run in runs)
    more = (*[_SHARED] * shared, *[_FLIP_AVERAGED] * averaged, *[_NOTE] * noted)
    table.writerow((*_RUN_COLUMNS, *EpochRow._fields, *more, _VERDICT))
    words = study_verdict(runs).text
    for run in runs:
        config = run.state.started.config if run.state.started else None
        head = (
            run.label,
            run.norm,
            config and preset_text(config),
            config and config.seed,
            run.state.outcome,
        )
        for epoch in epoch_rows(run.state):
            is_last = epoch.epoch == _last_epoch(run.state)
            beside = [str(run.state.side_by_side).lower()] * shared
            last = [run.state.flip_averaged_accuracy] * averaged + [run.state.note] * noted + [words]
            table.writerow((*head, *epoch, *beside, *(value if is_last else None for value in last)))
    return text.getvalue()


def _noted(runs: Sequence[LabelledRun]) -> bool:
    return any(run.state.note for run in runs)


def _note(run: LabelledRun, runs: Sequence[LabelledRun]) -> dict[str, str]:
    """Return the note on `run`, where one of `runs` has any: other reports stay as they were before notes."""
    return {_NOTE: run.state.note} if _noted(runs) else {}


def _last_epoch(state: RunState) -> int | None:
    return state.tests[-1].epoch if state.tests else None


def _run(run: LabelledRun, settings: Sequence[str], *, averaged: bool) -> dict[str, Any]:
    """Return all of `run`, of its config the fields named in `settings`."""
    state = run.state
    figures = run_figures(run)
    comparison = asdict(figures) | {"gap": figures.gap, "against_published": figures.against_published}
    if not averaged:
        del comparison[_FLIP_AVERAGED]
    return {
        "label": run.label,
        "norm": run.norm,
        "outcome": state.outcome,
        "outcome_words": outcome_words(state),
        "command": state.started.command if state.started else None,
        "started_at": state.started_at,
        "comparison": comparison,
        "config": {name: _setting(state.started.config, name) for name in settings}
        if state.started
        else None,
        "recipe": asdict(state.started.recipe) if state.started else None,
        "dropout_used": _dropout_used(state),
        "norm_name": norm_name(run.norm, state.started.recipe.layer_norm)
        if run.norm and state.started
        else None,
        "environment": _environment(state),
        "data": _data(state),
        "model": _model(state),
        "epochs": [row._asdict() for row in epoch_rows(state)],
        "last_evaluation": _last_evaluation(state),
        "misclassified": _misclassified(state),
        "notices": state.notices,
        "end": asdict(state.end) if state.end else None,
    }


def _setting(config: RunConfig, name: str) -> Any:  # noqa: ANN401 - each setting has its own type
    value = getattr(config, name)
    return value.given() if isinstance(value, RecipeEdits) else value


def _environment(state: RunState) -> dict[str, Any] | None:
    if state.environment is None:
        return None
    found = asdict(state.environment)
    return {name: value for name, value in found.items() if name != "index" or value is not None}


def _data(state: RunState) -> dict[str, Any] | None:
    if state.data is None:
        return None
    return {name: value for name, value in asdict(state.data).items() if name != "adjustments" or value}


def _dropout_used(state: RunState) -> float | None:
    if state.started is None or state.environment is None:
        return None
    return used_dropout(state.started.recipe.dropout, state.environment.device)


def _model(state: RunState) -> dict[str, Any] | None:
    if state.model is None:
        return None
    size = model_size(state.model)
    return {
        "input_shape": state.model.input_shape,
        "rows": [asdict(row) for row in state.model.rows],
        "size": asdict(size) | {"total_bytes": size.total_bytes},
    }


def _last_evaluation(state: RunState) -> dict[str, Any] | None:
    if not state.tests:
        return None
    test = state.tests[-1]
    return {"epoch": test.epoch, "confusion": tuple(test.confusion), "class_accuracy": test.class_accuracy}


def _misclassified(state: RunState) -> list[dict[str, Any]] | None:
    if state.misclassified is None:
        return None
    return [
        {name: value for name, value in asdict(image).items() if name != "png"}
        for image in state.misclassified.images
    ]


def _strict(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return `value` with every number that strict JSON lacks written as a string."""
    if isinstance(value, dict):
        return {key: _strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(value)  # "NaN", "Infinity" or "-Infinity"
    return value
