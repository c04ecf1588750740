"""Writes what the start screen says of each preset, from the reports in assets/results.

``uv run python -m tests.documents.measured_presets``.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from core.config.presets import RECIPES, Norm, Preset
from core.results.measured_presets import FILE
from tests.documents import RESULTS, ROOT

PLACE: Final = ROOT / "core" / "results" / FILE
_DIGITS: Final = 4


def measured_presets(results: Path = RESULTS) -> dict[str, Any]:
    """Return, by preset, what its report says of each norm; nothing of a report on another recipe."""
    found = {}
    for preset in Preset:
        report = json.loads((results / f"{preset}.json").read_text(encoding="utf-8"))
        first = report["runs"][0]
        if first["recipe"] == json.loads(json.dumps(asdict(RECIPES[preset]))):
            found[str(preset)] = {
                "data": first["data"]["label"],
                "epochs": first["config"]["epochs"],
                "batch_size": first["config"]["batch_size"],
                "norms": {str(norm): _norm(report, norm) for norm in Norm},
            }
    return found


def _norm(report: dict[str, Any], norm: Norm) -> dict[str, float]:
    (own,) = (standing for standing in report["verdict"]["standings"] if standing["label"] == norm)
    interval = own["test_set_interval"]
    values = {"accuracy": own["accuracy"], "low": interval["low"], "high": interval["high"]}
    return {name: round(value, _DIGITS) for name, value in values.items()}


def text() -> str:
    """Return what the file should hold."""
    return json.dumps(measured_presets(), indent=1) + "\n"


if __name__ == "__main__":
    PLACE.write_text(text(), encoding="utf-8")
