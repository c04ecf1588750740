from pathlib import Path

from core.runs.file_tail import LineTail


def test_a_file_that_is_gone_is_read_from_its_start_when_it_is_back(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    tail = LineTail(file)
    assert (tail.poll(), tail.renewed) == ([], False)
    file.write_text("one\ntwo\n")
    assert (tail.poll(), tail.renewed) == (["one", "two"], False)
    file.unlink()
    assert (tail.poll(), tail.renewed) == ([], True)
    assert (tail.poll(), tail.renewed) == ([], False)
    file.write_text("three\n")
    assert (tail.poll(), tail.renewed) == (["three"], False)


def test_a_file_that_shrank_is_another_one(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    tail = LineTail(file)
    file.write_text("one\ntwo\n")
    tail.poll()
    file.write_text("three\n")
    assert (tail.poll(), tail.renewed) == (["three"], True)


def test_a_file_that_was_replaced_by_a_longer_one_is_another_one(tmp_path: Path) -> None:
    file, other = tmp_path / "lines", tmp_path / "other"
    tail = LineTail(file)
    file.write_text("one\n")
    tail.poll()
    other.write_text("two\nthree\n")
    other.replace(file)
    assert (tail.poll(), tail.renewed) == (["two", "three"], True)
    assert (tail.poll(), tail.renewed) == ([], False)
