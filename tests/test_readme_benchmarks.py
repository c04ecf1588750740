import json
from pathlib import Path

from tests.readme_benchmarks import benchmarks_table

HEAD = "| benchmark | what | measured |\n| :-- | :-- | --: |\n"


def test_a_benchmark_nobody_saved_has_no_row(tmp_path: Path) -> None:
    assert benchmarks_table(tmp_path) == HEAD


def test_a_suite_has_a_row_for_every_value_compared(tmp_path: Path) -> None:
    figures = {"at_work_seconds": 12.34, "wall_seconds": 20.06, "suites": [{}, {}, {}]}
    result = {"suite": "cifar-tui --headless", "parallel": {"1": figures, "auto": figures}}
    (tmp_path / "bench-suite-cuda-reference.json").write_text(json.dumps(result))
    rows = benchmarks_table(tmp_path).removeprefix(HEAD).splitlines()
    assert rows == [
        f"| [suite-cuda-reference](assets/results/bench-suite-cuda-reference.json) "
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
    assert "| 75.25% and 75.50%, means of 5 seeds; -0.25 ± 0.12 points |" in benchmarks_table(tmp_path)
