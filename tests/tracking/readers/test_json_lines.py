import json
import math
import os
from pathlib import Path

import pytest

from core.errors import InputError
from core.tracking.formats import recognised
from tests.tracking.readers.follow import follow, only_run


def test_a_file_is_read_while_it_grows(tmp_path: Path) -> None:
    file = tmp_path / "metrics.jsonl"
    lines = [
        json.dumps({"step": step, "train": {"loss": 1 / (step + 1)}, "time": 1e9 + step}) for step in range(9)
    ]
    content = "\n".join(lines) + "\n"
    file.write_text(content[:100])
    followed = follow(tmp_path)
    for end in range(100, len(content) + 1, 30):
        file.write_text(content[:end])
        followed.poll()
    file.write_text(content)
    run = followed.poll()["metrics"]
    assert run.curves == {"train/loss": [(step, 1 / (step + 1)) for step in range(9)]}
    assert run.times == {"train/loss": [1e9 + step for step in range(9)]}
    assert len(run.records) == 10  # none was told again


def test_values_of_every_kind(tmp_path: Path) -> None:
    values = {"a": True, "b": None, "c": "0.5", "d": "word", "e": [1], "f": 10**400, "g": 3}
    (tmp_path / "m.jsonl").write_text(
        json.dumps({"iter": "7", **values}) + '\n{"iter": 8, "n": NaN, "i": -Infinity, "big": 1e999}\n'
    )
    run = only_run(tmp_path)
    assert {tag: repr(curve) for tag, curve in run.curves.items()} == {
        "a": "[(7, 1.0)]",
        "c": "[(7, 0.5)]",
        "g": "[(7, 3.0)]",
        "n": "[(8, nan)]",
        "i": "[(8, -inf)]",
        "big": "[(8, inf)]",
    }


def test_a_line_without_a_step_belongs_to_the_one_before_and_a_better_key_stays(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text(
        '{"config": 1}\n{"epoch": 1, "a": 1}\n{"a": 2}\n'
        '{"epoch": 1, "step": 10, "a": 3}\n{"epoch": 2, "a": 4}\n{"step": 11.9, "a": 5}\n'
        '{"step": -1, "a": 6}\n'
    )
    run = only_run(tmp_path)
    assert run.curves["a"] == [(1, 1), (1, 2), (10, 3), (10, 4), (11, 5), (11, 6)]
    assert run.curves["epoch"] == [(10, 1), (10, 2)]


def test_without_times_it_is_the_files(tmp_path: Path) -> None:
    file = tmp_path / "m.jsonl"
    file.write_text('{"step": 1, "time": 12.5, "timestamp": "yesterday"}\n')
    os.utime(file, (3e8, 3e8))
    run = only_run(file)
    assert (run.curves, run.times) == ({"time": [(1, 12.5)]}, {"time": [3e8]})


@pytest.mark.parametrize(
    "line",
    ["[" * 100_000, '{"a":' * 9_999, '{"step": ' + "9" * 5_000 + "}", "\x00", "null", "[1]", "{", '"\ud800"'],
)
def test_what_is_no_object_is_passed_over(tmp_path: Path, line: str) -> None:
    content = f'{{"step": 1, "a": 1}}\n{line}\n{{"step": 2, "a": 2}}\n'
    (tmp_path / "m.jsonl").write_bytes(b"\n" + content.encode(errors="surrogatepass"))
    run = only_run(tmp_path)
    assert run.curves == {"a": [(1, 1), (2, 2)]}
    assert run.state.notices == ("lines that are no JSON objects are passed over",)


def test_names_are_made_printable(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text('{"step": 1, "\\ud800\\u001b[0m": 1, "": 2}\n')
    assert all(tag.isprintable() and tag for tag in only_run(tmp_path).curves)


def test_files_of_other_things_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "data.jsonl").write_text('{"text": "hello", "label": 1}\n')
    (tmp_path / "events.jsonl").write_text('{"seq":0,"t":1.0,"kind":"image_logged","step":1}\n')
    assert list(recognised(tmp_path)) == []
    with pytest.raises(InputError, match="none of the files that are known"):
        list(recognised(tmp_path / "data.jsonl"))


def test_a_file_without_a_line_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "m.jsonl"
    file.write_text("")
    followed = follow(file)
    assert followed.poll() == {}
    file.write_text('{"step": 1, "loss": 2}\n')
    assert followed.poll()["m"].curves == {"loss": [(1, 2)]}
    file.unlink()
    with pytest.raises(OSError, match="No such file"):
        followed.poll()


def test_a_value_is_that_of_the_file(tmp_path: Path) -> None:
    values = [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, math.pi]
    with (tmp_path / "m.jsonl").open("w") as file:
        file.writelines(json.dumps({"step": i, "v": value}) + "\n" for i, value in enumerate(values))
    assert [value.hex() for _, value in only_run(tmp_path).curves["v"]] == [v.hex() for v in values]


def test_lines_of_one_quantity_each_are_told_by_its_name_and_run(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text(
        '{"run": "a", "tag": "loss", "step": 1, "value": 2.5}\n'
        '{"run": "b", "tag": "loss", "step": 1, "value": 3.5}\n'
        '{"metric": "f1", "step": 2, "value": 0.5}\n'
    )
    assert only_run(tmp_path).curves == {"a/loss": [(1, 2.5)], "b/loss": [(1, 3.5)], "f1": [(2, 0.5)]}
