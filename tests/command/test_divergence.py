import io
import json
import re
from pathlib import Path
from typing import NoReturn

from core.config.presets import Norm, Preset
from core.runs.event_digest import digest
from core.runs.run_state import Outcome
from tests.command.programs import run

RUNS = len(Preset) * len(Norm)


def refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} is not strict JSON")


def test_every_preset_and_norm_tells_that_its_loss_went_beyond_recovery(tmp_path: Path) -> None:
    result = run(
        *("--headless", "--demo", "--lr", "100", "--preset", ",".join(Preset), "--epochs", "2"),
        *("--limit-train", "256", "--limit-test", "20", "--batch-size", "8", "--export", "report.md"),
        cwd=tmp_path,
    )
    assert result.returncode == 1, result.stderr
    place = r"the loss at step \d+ of epoch 1 was (nan|inf|\d\S*)"
    assert len(re.findall(rf": diverged: {place}", result.stderr)) == RUNS
    assert len(re.findall(rf": diverged after 0 of 2 epochs: {place}", result.stderr)) == RUNS
    (suite,) = (tmp_path / "runs").iterdir()
    assert run("report", str(suite), "--export", "report.json", cwd=tmp_path).returncode == 0
    report = json.loads((tmp_path / "report.json").read_text(), parse_constant=refuse)
    assert [own["outcome"] for own in report["runs"]] == ["diverged"] * RUNS
    assert {own["config"]["preset"] for own in report["runs"]} == set(Preset)
    assert report["verdict"]["lead"] == "Every run diverged."
    text = (tmp_path / "report.md").read_text()
    assert text.count("State: diverged after 0 of 2 epochs: the loss at step") == RUNS
    assert "State: finished" not in text
    assert "nan%" not in text + result.stderr
    files = list(suite.glob("*/events.jsonl"))
    assert len(files) == RUNS
    assert {digest(io.BytesIO(file.read_bytes())).outcome for file in files} == {Outcome.DIVERGED}
