"""Read a set in idx files, plain or packed by gzip."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.dataset.arrays.array_source import ArraySource
from core.dataset.arrays.idx_files import check_size, opened_idx, read_header
from core.dataset.arrays.raw_splits import Array, RawParts
from core.dataset.memory import check_memory
from core.errors import InputError

_PIECE_BYTES = 2**24


def read_idx(source: ArraySource, names: Sequence[str]) -> RawParts:
    """Read the named parts.

    Raises:
        InputError: a file is damaged, or larger than the memory.
    """
    places = {name: [Path(place) for place in source.part(name).places] for name in names}
    images = {name: _read(file) for name, (file, _) in places.items()}
    labels = {name: _read(file) for name, (_, file) in places.items()}
    if "emnist" not in source.label.lower():
        return RawParts(dict(images), labels, form="idx")
    upright = {name: array.swapaxes(1, 2) for name, array in images.items()}
    note = "EMNIST's images lie on their side, mirrored, in its files: they are set upright"
    return RawParts(dict(upright), labels, form="idx", notes=(note,))


def _read(file: Path) -> Array:
    with opened_idx(file) as stream:
        header = read_header(file, stream)
        check_size(file, header)
        check_memory(header.size, file, "what it holds takes")
        values = np.empty(header.shape, np.dtype(header.code).newbyteorder(">"))
        left = memoryview(values.reshape(-1).view(np.uint8).data)
        while left:
            piece = stream.read(min(_PIECE_BYTES, len(left)))
            if not piece:
                raise InputError(f"--data {file.parent}: {file.name} is cut short; get it again")
            left[: len(piece)] = piece
            left = left[len(piece) :]
        if stream.read(1):  # of a packed file, its checksum is looked at there
            raise InputError(f"--data {file.parent}: {file.name} has more than its header says; get it again")
    return values
