"""The same runs get the same verdict from a screen, Markdown, JSON and CSV."""

import csv
import io
import json

import pytest

from core.config.presets import Norm
from core.report.markdown import markdown_report
from core.report.markup import escaped
from core.report.tables import csv_report, json_report
from core.results.labelled_runs import label_runs
from core.results.study_verdict import study_verdict
from core.runs.run_state import RunState
from tests.results.studies import answering, ended
from tests.tui.compare.showing import ComparingApp, text

_HIGH, _LOW = (
    (0.810, 0.812, 0.811, 0.809, 0.813, 0.8105, 0.8115),
    (0.80, 0.799, 0.801, 0.802, 0.798, 0.8, 0.8),
)


def _several_seeds() -> list[RunState]:
    return [
        ended(norm, accuracy, seed)
        for norm, accuracies in ((Norm.BATCH, _HIGH), (Norm.GROUP, _LOW), (Norm.LAYER, _LOW[::-1]))
        for seed, accuracy in enumerate(accuracies)
    ]


def _one_seed_each() -> list[RunState]:
    right = {Norm.BATCH: 700, Norm.LAYER: 640, Norm.GROUP: 695}
    return [answering(norm, [True] * count + [False] * (1_000 - count)) for norm, count in right.items()]


@pytest.mark.parametrize("states", [_several_seeds(), _one_seed_each()], ids=["seeds", "images"])
async def test_screen_markdown_json_and_csv_say_the_same(states: list[RunState]) -> None:
    runs = label_runs(states)
    verdict = study_verdict(runs)
    assert len(verdict.sentences) == 3
    markdown = markdown_report(runs, "report_files")
    record = json.loads(json_report(runs))["verdict"]
    rows = list(csv.DictReader(io.StringIO(csv_report(runs))))
    assert (record["lead"], record["cautions"]) == (verdict.lead, list(verdict.cautions))
    assert [pair["words"] for pair in record["pairs"]] == list(verdict.sentences)
    assert [pair["adjusted_p"] for pair in record["pairs"]] == [pair.adjusted_p for pair in verdict.pairs]
    for words in (verdict.lead, *verdict.sentences, *verdict.cautions):
        assert escaped(words) in markdown
        assert all(words in row["verdict"] for row in rows)
    starred = {row["label"] for row in record["standings"] if row["label"] == record["best"]}
    assert starred <= verdict.leaders
    app = ComparingApp(states)
    async with app.run_test(size=(200, 60)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        shown = " ".join(text(app).split())
        for words in (verdict.lead, *verdict.cautions):
            assert words in shown
