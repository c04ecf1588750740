import json
from pathlib import Path

from core.config.presets import Norm
from tests.documents.ablation import ablation_table
from tests.documents.benchmarks import benchmarks_table, speed_sentence
from tests.documents.results import seeds_table, summary_table
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


def test_seeds_have_a_row_a_norm_with_mean_and_deviation(tmp_path: Path) -> None:
    percent = {"mean": 84.125, "deviation": 0.25, "all": [84.0, 84.25, 84.1]}
    own = {"parameters": 47_840, "test_accuracy_percent": percent, "train_accuracy_percent": percent}
    own["flip_averaged_percent"] = {"mean": 85.5, "deviation": 0.125}
    result = {"preset": "best", "norms": {"batch": own}}
    (tmp_path / "bench-seeds-cpu-best.json").write_text(json.dumps(result))
    row = seeds_table(tmp_path).splitlines()[-1]
    assert row == (
        "| [best](../results/bench-seeds-cpu-best.json) | batch | 47,840 | **84.12 ± 0.25%** "
        "| 85.50 ± 0.12% | 84.12 ± 0.25% | 3 |"
    )


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


def write_train(folder: Path, preset: str, norm: Norm, seconds: float, ratio: float) -> None:
    figures = {"ours": {"seconds_an_epoch": {"median": seconds}}, "ratio": {"median": ratio}}
    (folder / f"bench-train-cpu-{preset}-{norm}.json").write_text(json.dumps(figures))


def write_seeds(folder: Path, preset: str, percent: float) -> None:
    accuracy = {"mean": percent, "deviation": 0.25, "all": [percent] * 4}
    own = {"parameters": 47_840, "test_accuracy_percent": accuracy}
    figures = {"norms": dict.fromkeys(Norm, own)}
    (folder / f"bench-seeds-cpu-{preset}.json").write_text(json.dumps(figures))


def test_the_summary_has_means_of_seeds_the_published_run_and_minutes_for_all_norms(tmp_path: Path) -> None:
    for norm in Norm:
        write_train(tmp_path, "reference", norm, 30.0, 2.0)
        write_train(tmp_path, "tuned", norm, 24.0, 2.0)
    reached = {"last_accuracy": 0.75, "published": 0.7}
    runs = [{"comparison": {"parameters": number, **reached}} for number in (1_000, 2_000, 1_000)]
    (tmp_path / "reference.json").write_text(json.dumps({"runs": runs}))
    write_seeds(tmp_path, "best", 84.125)
    write_seeds(tmp_path, "tuned", 80.5)
    (tmp_path / "bench-cost-cpu-best-tuned-batch.json").write_text(json.dumps({"ratio": {"median": 1.5}}))
    best, tuned, reference, published = (
        row.strip("| ").split(" | ")[1:] for row in summary_table(tmp_path).splitlines()[2:]
    )
    assert best == ["47,840", *["84.12 ± 0.25%"] * 3, "affine per channel", "4", "36"]
    assert tuned == ["47,840", *["80.50 ± 0.25%"] * 3, "affine per channel", "4", "24"]
    assert reference == ["1,000 / 2,000 / 1,000", *["75.00%"] * 3, "affine per activation", "1", "30"]
    assert published[:5] == ["1,000 / 2,000 / 1,000", *["70.00%"] * 3, "affine per activation"]


def test_speed_is_said_from_the_slowest_ratio_to_the_fastest(tmp_path: Path) -> None:
    for preset, norm, ratio in (("tuned", Norm.LAYER, 3.04), ("reference", Norm.BATCH, 4.16)):
        write_train(tmp_path, preset, norm, 20.0, ratio)
    assert "training is 3.0 to 4.2 times as fast" in speed_sentence(tmp_path)


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
