"""Files as W&B writes them, made without it."""

import json
import zlib
from collections.abc import Mapping

from core.tracking.readers.wandb_log import BLOCK, CHUNK_HEAD, FILE_HEAD, FIRST, LAST, MIDDLE, WHOLE
from core.tracking.readers.wandb_messages import record_class


def history(step: int, values: Mapping[str, object], time: float = 1e9) -> bytes:
    return items("history", {"_step": step, "_timestamp": time + step, "_runtime": 1.5, **values})


def items(kind: str, values: Mapping[str, object]) -> bytes:
    record = record_class()()
    getattr(record, kind).SetInParent()
    for name, value in values.items():
        item = getattr(record, kind).item.add(value_json=json.dumps(value).encode())
        if "/" in name:
            item.nested_key.extend(part.encode() for part in name.split("/"))
        else:
            item.key = name.encode()
    return bytes(record.SerializeToString())


def started(name: str, config: Mapping[str, object]) -> bytes:
    record = record_class()()
    record.run.display_name = name.encode()
    record.run.start_time.seconds = 10**9
    for key, value in config.items():
        record.run.config.item.add(key=key.encode(), value_json=json.dumps(value).encode())
    return bytes(record.SerializeToString())


def ended(code: int) -> bytes:
    record = record_class()()
    record.exit.exit_code = code
    return bytes(record.SerializeToString())


def framed(*records: bytes) -> bytes:
    """Return a whole file with `records`."""
    content = bytearray(FILE_HEAD)
    for record in records:
        rest, first = record, True
        while first or rest:
            left = BLOCK - len(content) % BLOCK
            if left < CHUNK_HEAD.size:
                content += bytes(left)
                continue
            part, rest = rest[: left - CHUNK_HEAD.size], rest[left - CHUNK_HEAD.size :]
            kind = (WHOLE if not rest else FIRST) if first else (LAST if not rest else MIDDLE)
            checksum = zlib.crc32(part, zlib.crc32(bytes([kind])))
            content += CHUNK_HEAD.pack(checksum, len(part), kind) + part
            first = False
    return bytes(content)
