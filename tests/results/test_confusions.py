from core.results.confusions import ConfusedPair, most_confused, pair_lines
from tests.report.example_runs import CLASSES, example_states

_PAIRS = [ConfusedPair("cat", "dog", 92, 1_000), ConfusedPair("ship", "truck", 8, 1_000)]


def test_the_most_confused_classes_come_first() -> None:
    pairs = most_confused(CLASSES, example_states()[0].tests[-1].confusion)
    counts = [pair.count for pair in pairs]
    assert (pairs[0].true_class, pairs[0].predicted_class) == ("cat", "dog")
    assert counts == sorted(counts, reverse=True)
    assert 0 not in counts
    assert pairs[0].words == f"cat → dog {counts[0]} of 1,000"


def test_an_evaluation_of_no_class_confuses_nothing() -> None:
    assert most_confused((), ()) == ()


def test_pairs_stand_side_by_side_where_there_is_room() -> None:
    cat, ship = "cat → dog 92 of 1,000", "ship → truck 8 of 1,000"
    assert pair_lines(_PAIRS, 80, 3) == [f"{cat} · {ship}"]
    assert pair_lines(_PAIRS, 30, 3) == [cat, ship]
    assert pair_lines(_PAIRS, 30, 1) == [cat]
