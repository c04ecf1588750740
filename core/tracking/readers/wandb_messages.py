"""The messages of a W&B run's file, as far as they are read here.

W&B's own package has them, too, but no reader of the file any more; and importing it brings some seven
hundred modules. What a file must keep readable for W&B's own `sync` are the numbers below.
"""

from functools import cache
from typing import Any, Final

_PACKAGE: Final = "cifar_tui_wandb"
_FIELDS: Final = {
    "Record": {
        "history": (2, "Items"),
        "summary": (3, "Items"),
        "config": (5, "Items"),
        "run": (17, "Run"),
        "exit": (18, "Exit"),
    },
    "Items": {"item": (1, "Item*"), "step": (2, "Step*")},
    "Item": {
        "key": (1, "bytes"),
        "nested_key": (2, "bytes*"),
        "boolean": (4, "bool"),
        "integer": (5, "sint64"),
        "number": (6, "double"),
        "text": (7, "bytes"),
        "json": (8, "bytes"),
        "value_json": (16, "bytes"),
    },
    "Step": {"num": (1, "int64")},
    "Run": {
        "run_id": (1, "bytes"),
        "config": (4, "Items"),
        "display_name": (8, "bytes"),
        "start_time": (17, "Time"),
    },
    "Time": {"seconds": (1, "int64"), "nanos": (2, "int32")},
    "Exit": {"exit_code": (1, "int32")},
}
"""By message: the fields, with their numbers and kinds; "*" is for any number of them.

Texts are bytes here: one that is no UTF-8 costs nothing but itself.
"""


@cache
def record_class() -> Any:  # noqa: ANN401 - made while the program runs
    """Return the class of a record; a field that a record does not have is not there: `HasField` says so.

    Raises:
        ImportError: the `protobuf` package is missing.
    """
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory  # noqa: PLC0415 - an extra

    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name=f"{_PACKAGE}.proto", package=_PACKAGE, syntax="proto2")
    for message, fields in _FIELDS.items():
        described = file.message_type.add(name=message)
        for name, (number, kind) in fields.items():
            plain = kind.removesuffix("*")
            field = described.field.add(name=name, number=number)
            field.label = kinds.LABEL_OPTIONAL if plain == kind else kinds.LABEL_REPEATED
            if plain in _FIELDS:
                field.type, field.type_name = kinds.TYPE_MESSAGE, f".{_PACKAGE}.{plain}"
            else:
                field.type = getattr(kinds, f"TYPE_{plain.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Record"))
