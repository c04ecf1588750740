import hashlib
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dataset.demo import demo_images
from core.dataset.holding_out import held_out
from core.dataset.images import Labels
from core.dataset.sources import with_held_out
from core.errors import InputError
from core.runs.image_identity import ImageIdentity


def digests(values: list[int]) -> list[bytes]:
    return [hashlib.sha256(value.to_bytes(4)).digest() for value in values]


def rows(values: list[int], labels: list[int], share: float = 0.25) -> Labels:
    return held_out(digests(values), np.array(labels, np.int64), ["a", "b", "c"][: max(labels) + 1], share)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 2)), min_size=6, max_size=40),
    st.sampled_from([0.01, 0.1, 0.5]),
    st.randoms(),
)
def test_equal_images_are_on_one_side_whatever_their_order(
    pairs: list[tuple[int, int]], share: float, random: Random
) -> None:
    labelled = [*pairs, *((100 + 10 * label + extra, label) for label in range(3) for extra in range(2))]
    values, labels = ([pair[place] for pair in labelled] for place in (0, 1))
    chosen = set(rows(values, labels, share).tolist())
    tested = {(values[row], labels[row]) for row in chosen}
    assert not {values[row] for row in chosen} & {
        values[row] for row in range(len(values)) if row not in chosen
    }
    assert {label for _, label in tested} == {0, 1, 2}
    assert {labels[row] for row in range(len(labels)) if row not in chosen} == {0, 1, 2}
    order = list(range(len(labelled)))
    random.shuffle(order)
    again = rows([values[row] for row in order], [labels[row] for row in order], share)
    assert {(values[order[row]], labels[order[row]]) for row in again.tolist()} == tested


def test_a_share_of_each_class_is_taken() -> None:
    values, labels = list(range(120)), [0] * 80 + [1] * 40
    chosen = rows(values, labels)
    assert np.bincount(np.array(labels)[chosen]).tolist() == [20, 10]
    assert chosen.tolist() == sorted(chosen.tolist())


def test_many_equal_images_are_no_tenth() -> None:
    values, labels = [*([500] * 90), *range(10), *range(100, 200)], [0] * 100 + [1] * 100
    for shift in range(11):  # wherever the many come in order
        chosen = rows([value + 1000 * shift for value in values], labels, 0.1)
        assert np.bincount(np.array(labels)[chosen]).tolist() == [10, 10]
    assert rows([1, 1, 1, 2, 2, 3, 4], [0] * 5 + [1] * 2, 0.1).tolist()[:2] == [3, 4]


@pytest.mark.parametrize("values", [[1, 1, 1, 2, 3], [1, 2, 3, 3, 3]])
def test_a_class_of_equal_images_is_refused(values: list[int]) -> None:
    with pytest.raises(
        InputError, match=r"--holdout 0.25: class '[ab]' has 1 different image, of which none"
    ):
        rows(values, [0, 0, 0, 1, 1] if values[0] == values[2] else [0, 0, 1, 1, 1])


def test_a_set_that_is_read_whole_can_be_held_out_of() -> None:
    whole = demo_images()
    part = with_held_out(whole, 0.1)
    assert (len(part.train), len(part.test)) == (2700, 300)
    assert np.bincount(part.test.labels).tolist() == [30] * 10
    assert part.identity is ImageIdentity.OTHER
    assert part.label == f"{whole.label}, 10% held out"
    assert not {*part.train.digests} & {*part.test.digests}


def test_a_class_of_other_classes_images_is_refused_for_that() -> None:
    with pytest.raises(InputError, match="every image of class 'a' is in another class, too; give it"):
        rows([1, 2, 1, 2, 3, 4], [0, 0, 1, 1, 1, 1])
