import json
import re

import pytest

from core.config.presets import LIMITS, RECIPES, Preset
from core.config.run_config import settings, suite_settings
from tests.readme_ablation import ablation_table
from tests.readme_benchmarks import benchmarks_table
from tests.readme_keys import keys_table
from tests.readme_parts import README, ROOT, with_part
from tests.readme_results import PRESETS, RESULTS, results_table
from tests.readme_seeds import seeds_table

TEXT = README.read_text(encoding="utf-8")


def test_the_results_are_those_of_the_committed_reports() -> None:
    assert with_part(TEXT, "results", results_table()) == TEXT


def test_the_keys_are_those_of_the_registry() -> None:
    assert with_part(TEXT, "keys", keys_table()) == TEXT


def test_the_means_are_those_of_the_committed_seeds() -> None:
    assert with_part(TEXT, "seeds", seeds_table()) == TEXT


def test_the_ablation_is_the_committed_one() -> None:
    assert with_part(TEXT, "ablation", ablation_table()) == TEXT


def test_the_benchmarks_are_those_of_the_committed_measurements() -> None:
    assert with_part(TEXT, "benchmarks", benchmarks_table()) == TEXT


@pytest.mark.parametrize("preset", PRESETS)
def test_a_committed_report_is_what_it_is_quoted_as(preset: str) -> None:
    runs = json.loads((RESULTS / f"{preset}.json").read_text(encoding="utf-8"))["runs"]
    assert [run["norm"] for run in runs] == ["batch", "layer", "group"]
    for run in runs:
        assert run["outcome"] == "finished"
        assert run["data"]["label"] == "CIFAR-10 (JPEG)"
        assert (run["data"]["train_images"], run["data"]["test_images"]) == (50_000, 10_000)
        assert run["comparison"]["last_epoch"] == LIMITS.epochs
        assert f"--preset {preset}" in run["command"]
        now = RECIPES[Preset(preset)]
        assert run["recipe"] == {name: getattr(now, name) for name in run["recipe"]}


def test_every_file_the_readme_points_to_is_there() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert targets
    for target in targets:
        assert (ROOT / target).is_file(), target


def test_every_flag_is_told() -> None:
    for setting in (*settings().values(), *suite_settings().values()):
        assert setting.flag in TEXT
