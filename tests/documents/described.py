"""Whether lines of event files are as the committed schema says."""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

from tests.documents.event_schema import FILE


@cache
def validator() -> Draft202012Validator:
    """Return what holds a line against the committed schema."""
    schema = json.loads(FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def is_described(line: str) -> bool:
    """Tell whether a line is one that the schema describes."""
    try:
        return validator().is_valid(json.loads(line))
    except (ValueError, RecursionError):  # no JSON
        return False


def undescribed(file: Path) -> list[str]:
    """Return the lines of an event file that the schema does not describe."""
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines
    return [line for line in lines if not is_described(line)]
