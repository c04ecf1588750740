import gc
from collections.abc import Iterator

import pytest

from tui.command.short_collections import keep_collections_short

MANY = 3_000


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    callbacks = list(gc.callbacks)
    gc.collect()
    gc.freeze()  # what other tests left is not looked through
    yield
    gc.callbacks[:] = callbacks


def _lists(count: int) -> list[list[object]]:
    return [[object()] for _ in range(count)]


def test_what_outlives_a_full_collection_is_not_looked_through_again() -> None:
    keep_collections_short()
    before = gc.get_freeze_count()
    kept = _lists(MANY)

    gc.collect()

    assert gc.get_freeze_count() - before >= len(kept)


def test_garbage_made_since_is_found() -> None:
    keep_collections_short()
    kept = _lists(MANY)
    gc.collect()
    garbage: list[object] = []
    garbage.append(garbage)
    del garbage

    assert gc.collect() >= 1
    assert len(kept) == MANY


def test_it_keeps_no_end_of_garbage() -> None:
    callbacks = list(gc.callbacks)
    keep_collections_short()
    kept = []
    for _ in range(20):
        kept.append(_lists(MANY))
        gc.collect()

    assert gc.callbacks == callbacks
    assert len(gc.get_objects(generation=2)) >= 10 * MANY  # looked through as ever
