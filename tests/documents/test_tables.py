import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from core.config.presets import Norm, Preset
from tests.documents.ablation import ablation_table
from tests.documents.benchmarks import benchmarks_table
from tests.documents.results import results_table, summary_table, verdict_list
from tests.documents.rooms import rooms_table

HEAD = "| benchmark | what | measured |\n| :-- | :-- | --: |"


def test_a_benchmark_nobody_saved_has_no_row(tmp_path: Path) -> None:
    assert benchmarks_table(tmp_path) == HEAD


def test_a_suite_has_a_row_for_every_value_compared(tmp_path: Path) -> None:
    figures = {"at_work_seconds": 12.34, "wall_seconds": 20.06, "suites": [{}, {}, {}]}
    result = {"suite": "cifar-tui --headless", "parallel": {"1": figures, "auto": figures}}
    (tmp_path / "bench-suite-cuda-reference.json").write_text(json.dumps(result))
    rows = benchmarks_table(tmp_path).removeprefix(f"{HEAD}\n").splitlines()
    assert rows == [
        f"| [suite-cuda-reference](../results/bench-suite-cuda-reference.json) "
        f"| `cifar-tui --headless`, `--parallel {value}`: training and evaluation, and the whole command "
        f"| 12.3 s and 20.1 s, median of 3 |"
        for value in ("1", "auto")
    ]


def test_short_answers_have_the_slower_ones_figure(tmp_path: Path) -> None:
    times = {"median": 0.5, "all": [0.5] * 10}
    result = {"first_frame_seconds": times, "help_seconds": {"median": 0.11, "all": [0.11]}}
    result["version_seconds"] = {"median": 0.12, "all": [0.12]}
    (tmp_path / "bench-start-up.json").write_text(json.dumps(result))
    assert "| 0.12 s, median of 1 |" in benchmarks_table(tmp_path)


def test_paths_are_told_apart_by_means_and_their_difference(tmp_path: Path) -> None:
    paths = {"fast": {"mean": 75.25}, "plain": {"mean": 75.5}}
    result = {"preset": "tuned", "norm": "batch", "epochs": 4, "seeds": 5, "test_accuracy_percent": paths}
    result["difference_points"] = {"mean": -0.25, "standard_error": 0.125}
    (tmp_path / "bench-accuracy-cpu-tuned-batch.json").write_text(json.dumps(result))
    assert (
        "| 75.25% and 75.50%, means of 5 seeds; -0.25 ± 0.12 points (standard error) |"
        in benchmarks_table(tmp_path)
    )


def test_presets_are_compared_by_their_seconds_and_ratio(tmp_path: Path) -> None:
    times = {"best": {"median": 24.04}, "tuned": {"median": 16.0}}
    ratio = {"median": 1.5, "min": 1.25, "max": 1.75, "all": [1.5, 1.25, 1.75]}
    result = {"norm": "batch", "seconds_an_epoch": times, "ratio": ratio}
    (tmp_path / "bench-cost-cpu-best-tuned-batch.json").write_text(json.dumps(result))
    table = benchmarks_table(tmp_path)
    assert "batch norm: an epoch of `best`, and of `tuned` | 24 s and 16 s |" in table
    assert "`best` ÷ `tuned` | 1.50, median of 3 pairs (1.25 to 1.75) |" in table


def test_an_ablation_tells_what_every_change_adds_and_all_of_them_together(tmp_path: Path) -> None:
    steps = [("first", 41_992, 50.0, 10.2), ("second", 41_992, 52.5, 9.1), ("third", 47_840, 52.25, 20.4)]
    names = ("words", "parameters", "held_out_percent", "seconds")
    result = {"steps": [dict(zip(names, step, strict=True)) for step in steps]}
    (tmp_path / "bench-ablation-batch.json").write_text(json.dumps(result))
    assert ablation_table(tmp_path).splitlines()[2:] == [
        "| first | 41,992 | 50.00% |  | 10 |  |",
        "| second | 41,992 | 52.50% | +2.50 | 9 | -1 |",
        "| third | 47,840 | 52.25% | -0.25 | 20 | +11 |",
        "| **together** |  |  | **+2.25** |  | **+10** |",
    ]


def write_report(folder: Path, preset: Preset, accuracies: Mapping[Norm, Sequence[float]]) -> None:
    published = 0.7 if preset is Preset.REFERENCE else None
    figures = {
        "parameters": 1_000,
        "published": published,
        "train_accuracy": 0.8125,
        "training_seconds": 11.5,
    }
    runs = [
        {
            "norm": norm,
            "last_accuracy": accuracy,
            "training_seconds": 11.5,
            "evaluation_seconds": 0.5,
            **figures,
        }
        for norm, seeds in accuracies.items()
        for accuracy in seeds
    ]
    report = {"runs": [{"comparison": run} for run in runs], "verdict": {"lead": f"{preset} in words."}}
    (folder / f"{preset}.json").write_text(json.dumps(report))


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    for preset in Preset:
        write_report(tmp_path, preset, {norm: [0.80, 0.81] for norm in Norm} | {Norm.GROUP: [0.75, 0.75]})
    return tmp_path


def test_the_summary_has_means_of_seeds_the_published_run_and_minutes_for_all_norms(reports: Path) -> None:
    best, fast, tuned, reference, published = (
        row.strip("| ").split(" | ")[1:] for row in summary_table(reports).splitlines()[2:]
    )
    assert best == ["1,000", *["80.50 ± 0.71%"] * 2, "75.00 ± 0.00%", "affine per channel", "2", "12"]
    assert tuned == fast == best
    assert reference == [*best[:4], "affine per activation", *best[5:]]
    assert published[:5] == ["1,000", *["70.00%"] * 3, "affine per activation"]


def test_the_reports_have_a_row_a_preset_and_norm(reports: Path) -> None:
    rows = results_table(reports).splitlines()[2:]
    assert len(rows) == len(Preset) * len(Norm)
    assert rows[1] == (
        "| [reference](../results/reference.md) | layer (affine per activation) | 1,000 | 80.50 ± 0.71% "
        "| 70.00% | 81.25 ± 0.00% | 12.0 | 2 |"
    )
    assert "group | 1,000 | 75.00 ± 0.00% |  | 81.25" in rows[-1]


def test_networks_of_different_sizes_have_all_their_parameters_in_the_summary(tmp_path: Path) -> None:
    for preset in Preset:
        write_report(tmp_path, preset, {norm: [0.8] * 2 for norm in (Norm.BATCH, Norm.GROUP, Norm.LAYER)})
    report = json.loads((tmp_path / "tuned.json").read_text())
    for run in report["runs"]:
        if run["comparison"]["norm"] == Norm.LAYER:
            run["comparison"]["parameters"] = 2_000
    (tmp_path / "tuned.json").write_text(json.dumps(report))
    assert "| 1,000 / 2,000 / 1,000 |" in summary_table(tmp_path).splitlines()[4]


def test_every_presets_verdict_is_told_in_its_reports_words(reports: Path) -> None:
    assert verdict_list(reports).splitlines()[-1] == "- `best`: best in words."


def test_a_room_may_import_what_lies_on_lower_floors_alone(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[[tool.importlinter.contracts]]\ntype = 'forbidden'\n"
        "[[tool.importlinter.contracts]]\ntype = 'layers'\ncontainers = ['house']\n"
        "layers = ['attic', 'hall | kitchen', 'cellar']\n"
    )
    for room in ("attic", "hall", "kitchen"):
        (tmp_path / "house" / room).mkdir(parents=True)
        (tmp_path / "house" / room / "__init__.py").write_text(f'"""The {room}.\n\nAnd more.\n"""\n')
    (tmp_path / "house" / "cellar.py").write_text('"""The cellar."""\n')
    assert rooms_table(tmp_path).splitlines()[2:] == [
        "| `house/attic` | The attic. | hall, kitchen, cellar |",
        "| `house/hall` | The hall. | cellar |",
        "| `house/kitchen` | The kitchen. | cellar |",
        "| `house/cellar` | The cellar. | nothing of it |",
    ]
