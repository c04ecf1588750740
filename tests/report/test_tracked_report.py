import json
from pathlib import Path

import pytest

from core.errors import InputError
from core.report.tracked_report import export_tracked
from core.tracking.verdict import Goal
from tests.tracking.test_verdict import HIGH, TAG, run_of, study


def test_a_report_tells_the_verdict_and_what_differs(tmp_path: Path) -> None:
    runs = [*study("0.1", [value - 0.05 for value in HIGH]), *study("0.2", HIGH)]
    export_tracked(runs, tmp_path / "report.md")
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert text.startswith("# 16 runs of other training loops\n")
    assert "| 0.2 | 0.835 ± 0.02449 | 8 |" in text
    assert (
        "0.2 is ahead of 0.1 by 0.05 (95% interval 0.05 to 0.05, 8 seeds, p = 0.0078): more than luck."
        in text
    )
    assert "| run | lr | seed |" in text
    assert "| val/accuracy | 0.75 |" in text
    export_tracked(runs, tmp_path / "again.md")
    assert (tmp_path / "again.md").read_bytes() == (tmp_path / "report.md").read_bytes()


def test_a_program_can_read_it(tmp_path: Path) -> None:
    export_tracked([run_of("a", 0.5), run_of("b", float("nan"))], tmp_path / "report.json", TAG, Goal.LEAST)
    content = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [run["scalars"][TAG]["last"] for run in content["runs"]] == [0.5, "nan"]
    assert content["verdict"]["goal"] == "least"
    assert content["verdict"]["left_out"] == ["b"]


def test_names_of_strangers_break_no_table(tmp_path: Path) -> None:
    export_tracked([run_of("a|b\n<script>", 0.5, {"x|y": "1"})], tmp_path / "report.md")
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert r"a\|b \<script\>" in text
    assert r"x\|y 1" in text


@pytest.mark.parametrize(
    ("name", "tag", "message"),
    [
        ("report.csv", None, "must end in .md or .json"),
        ("report.md", "val/f1", "--metric val/f1: no run has logged it; there is val/accuracy"),
        ("none/report.md", None, "there is no folder"),
    ],
)
def test_what_cannot_be_reported_is_told_in_a_line(
    name: str, tag: str | None, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message):
        export_tracked([run_of("a", 0.5)], tmp_path / name, tag)
    with pytest.raises(InputError, match="there is no run to report on"):
        export_tracked([], tmp_path / "report.md")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("count", "words"), [(20, "Of 190 more pairs it cannot"), (200, "are too many")])
def test_many_single_runs_are_no_list_of_all_their_pairs(count: int, words: str, tmp_path: Path) -> None:
    export_tracked([run_of(f"run {name}", name / 200) for name in range(count)], tmp_path / "report.md")
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert words in text
    assert "is ahead of" not in text
    assert "By the last value of val/accuracy: more is better." in text
