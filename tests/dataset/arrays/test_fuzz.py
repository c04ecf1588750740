"""Files with any bytes changed: read, or refused in words, and nothing else."""

import gzip
import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.config.image_options import ImageOptions
from core.dataset.arrays.read import read_splits
from core.dataset.arrays.recognise import recognised
from core.dataset.cache import ImageCache
from core.errors import InputError
from tests.dataset.arrays.samples import labels, pixels, write_cifar_binary, write_mnist


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Path]]:
    folder = tmp_path_factory.mktemp("fuzz")
    stream = io.BytesIO()
    np.savez_compressed(stream, x=pixels(20, 4, 4), y=labels(20), classes=np.array(list("abcdefghij")))
    (folder / "npz").mkdir()
    (folder / "npz" / "set.npz").write_bytes(stream.getvalue())
    packed = write_mnist(folder / "packed", name="{part}-{kind}-idx{dimensions}-ubyte.gz")
    binary = write_cifar_binary(folder / "cifar-100-binary", fine=True)
    yield [
        folder / "npz" / "set.npz",
        packed / "train-images-idx3-ubyte.gz",
        packed / "t10k-labels-idx1-ubyte.gz",
        write_mnist(folder / "plain") / "train-labels-idx1-ubyte",
        binary / "fine_label_names.txt",
    ]
    assert gzip.decompress((packed / "train-labels-idx1-ubyte.gz").read_bytes())


_CHANGES = st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), max_size=4)


@settings(max_examples=60, deadline=None)
@given(which=st.integers(0, 4), changes=_CHANGES, cut=st.none() | st.integers(0, 2**16))
def test_any_change_is_read_or_refused(
    samples: list[Path], which: int, changes: list[tuple[int, int]], cut: int | None
) -> None:
    file = samples[which]
    whole = file.read_bytes()
    changed = bytearray(whole)
    for place, value in changes:
        changed[place % len(changed)] = value
    try:
        file.write_bytes(changed if cut is None else changed[: cut % len(changed)])
        with suppress(InputError):
            source = recognised(file.parent)
            assert source is not None
            read_splits(source, ImageOptions(), ImageCache(file.parent / "cache"), "key", lambda *_: None)
    finally:
        file.write_bytes(whole)
