"""The file of a W&B run as records: LevelDB's log format, with a checksum of its own.

Blocks of 32 KiB hold chunks, each with a head of a checksum (CRC-32 of kind and content), length and kind: a
whole record, or the first, a middle or the last part of one. No chunk reaches from one block into the next.
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from core.runs.safe_files import open_to_read

FILE_HEAD: Final = b":W&B\xe1\xbe\x00"
BLOCK: Final = 2**15
CHUNK_HEAD: Final = struct.Struct("<IHB")
WHOLE, FIRST, MIDDLE, LAST = 1, 2, 3, 4

_MOST_BYTES: Final = 2**26  # of a record


class RecordLog:
    """Gives each whole record of a file once; `damage` says what is wrong with it, empty where nothing is.

    What is damaged costs the rest of its block, and the record that it is a part of.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._parts: list[bytes] | None = None
        self._held = 0
        self.damage = ""

    def new_records(self) -> Iterator[bytes]:
        """Yield the records that were completed since the last call.

        Raises:
            OSError: the file cannot be read.
        """
        with open_to_read(self._path) as file:
            if self._offset == 0 and not self._begin(file):
                return
            while (chunk := self._next_chunk(file)) is not None:
                kind, content = chunk
                record = self._joined(kind, content)
                if record is not None:
                    yield record

    def _begin(self, file: BinaryIO) -> bool:
        head = file.read(len(FILE_HEAD))
        if not FILE_HEAD.startswith(head):
            self.damage = "is no file of a W&B run, or of a version that is not known"
        elif head == FILE_HEAD:
            self._offset = len(FILE_HEAD)
            return True
        return False

    def _next_chunk(self, file: BinaryIO) -> tuple[int, bytes] | None:
        """Return the kind and content of the next chunk, None where it is not whole yet."""
        while True:
            left = BLOCK - self._offset % BLOCK
            if left < CHUNK_HEAD.size:
                self._offset += left
                continue
            file.seek(self._offset)
            head = file.read(CHUNK_HEAD.size)
            if len(head) < CHUNK_HEAD.size:
                return None
            checksum, length, kind = CHUNK_HEAD.unpack(head)
            if length <= left - CHUNK_HEAD.size and WHOLE <= kind <= LAST:
                content = file.read(length)
                if len(content) < length:
                    return None
                if zlib.crc32(content, zlib.crc32(head[-1:])) == checksum:
                    self._offset += CHUNK_HEAD.size + length
                    return kind, content
            self.damage = "is damaged: what is whole is read"
            self._parts = None
            self._offset += left

    def _joined(self, kind: int, content: bytes) -> bytes | None:
        """Return the record that a chunk completes."""
        if kind in {WHOLE, FIRST}:
            self._parts, self._held = [], 0
        if self._parts is None:  # of a record whose beginning is lost
            return None
        self._parts.append(content)
        self._held += len(content)
        if kind in {WHOLE, LAST}:
            record, self._parts = b"".join(self._parts), None
            return record
        if self._held > _MOST_BYTES:
            self.damage, self._parts = "has a record without end", None
        return None
