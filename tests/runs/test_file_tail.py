from pathlib import Path

from core.runs.file_tail import MOST_LINE_BYTES, OVERLONG, LineTail


def test_a_file_that_is_gone_is_read_from_its_start_when_it_is_back(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    tail = LineTail(file)
    assert tail.poll() == []
    file.write_text("one\ntwo\n")
    assert tail.poll() == ["one", "two"]
    file.unlink()
    assert tail.poll() == []
    file.write_text("three\n" * 9)
    assert tail.poll() == ["three"] * 9


def test_a_line_longer_than_any_of_ours_is_one_line_that_says_so(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    tail = LineTail(file)
    file.write_bytes(b"one\n" + b"x" * (MOST_LINE_BYTES * 2))
    assert tail.poll() == ["one"]
    with file.open("ab") as output:
        output.write(b"x\ntwo\n")
    assert tail.poll() == [OVERLONG.decode(), "two"]
    file.write_bytes(b"three\n")
    assert tail.poll() == ["three"]


def test_a_file_that_shrank_is_another_one(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    tail = LineTail(file)
    file.write_text("one\ntwo\n")
    tail.poll()
    file.write_text("three\n")
    assert tail.poll() == ["three"]


def test_a_file_that_a_copying_tool_replaced_by_its_longer_self_goes_on(tmp_path: Path) -> None:
    file, other = tmp_path / "lines", tmp_path / "other"
    tail = LineTail(file)
    file.write_text("one\n")
    tail.poll()
    other.write_text("one\ntwo\nthree\n")
    other.replace(file)
    assert tail.poll() == ["two", "three"]
