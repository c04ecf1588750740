import argparse
import json
from pathlib import Path

import pytest

from tests.bench import cost
from tests.bench.made_child import make_children
from tests.documents.benchmarks import benchmarks_table

pytestmark = pytest.mark.bench


def test_two_presets_are_measured_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_children(monkeypatch, tmp_path, "3.0 if task.preset == 'tuned' else 2.0")
    parser = argparse.ArgumentParser()
    cost.add_options(parser)
    options = parser.parse_args(
        ["--preset", "tuned", "--against", "reference", "--data", "demo", "--steps", "2", "--pairs", "2"]
    )
    result = json.loads(json.dumps(cost.measure(options)))
    assert cost.result_name(options) == "cpu-tuned-reference-batch"
    assert list(result["seconds_an_epoch"]) == ["tuned", "reference"]
    assert [times["all"] for times in result["seconds_an_epoch"].values()] == [
        [150_000.0] * 2,
        [100_000.0] * 2,
    ]
    assert result["ratio"]["all"] == [1.5] * 2
    (tmp_path / "bench-cost-cpu-tuned-reference-batch.json").write_text(json.dumps(result))
    assert f"{result['ratio']['median']:.2f}, median of 2 pairs" in benchmarks_table(tmp_path)
