from core.results.confusions import (
    ConfusedPair,
    by_frequency,
    confused_classes,
    most_confused,
    pair_lines,
)
from tests.report.example_runs import CLASSES, example_states

_PAIRS = [ConfusedPair("cat", "dog", 92, 1_000), ConfusedPair("ship", "truck", 8, 1_000)]


def test_the_most_confused_classes_come_first() -> None:
    pairs = list(most_confused(CLASSES, example_states()[0].tests[-1].confusion))
    counts = [pair.count for pair in pairs]
    assert (pairs[0].true_class, pairs[0].predicted_class) == ("cat", "dog")
    assert counts == sorted(counts, reverse=True)
    assert 0 not in counts
    assert pairs[0].words == f"cat → dog {counts[0]} of 1,000"


def test_an_evaluation_of_no_class_confuses_nothing() -> None:
    assert list(most_confused((), ())) == []


def test_pairs_stand_side_by_side_where_there_is_room() -> None:
    cat, ship = "cat → dog 92 of 1,000", "ship → truck 8 of 1,000"
    assert pair_lines(_PAIRS, 80, 3) == [f"{cat} · {ship}"]
    assert pair_lines(_PAIRS, 30, 3) == [cat, ship]
    assert pair_lines(_PAIRS, 30, 1) == [cat]


def test_a_pair_that_is_too_long_for_a_line_has_its_names_cut() -> None:
    pair = ConfusedPair("long-haired-cat", "short-haired-cat", 9, 20)
    (line,) = pair_lines([pair], 30, 1)
    assert len(line) <= 30
    assert line.endswith("9 of 20")


def test_the_classes_of_the_most_frequent_confusions_are_in_their_order() -> None:
    counts = ((5, 0, 0, 1), (0, 5, 0, 0), (0, 3, 5, 0), (0, 0, 0, 5))
    found = by_frequency(counts)
    assert found == ((2, 1, 3), (0, 3, 1))
    assert confused_classes(found, 4, 2) == (1, 2)
    assert confused_classes(found, 4, 3) == (0, 1, 2)
    assert confused_classes((), 4, 2) == (0, 1)
