"""What people call the parts of a set, whether they are folders, files or arrays."""

from typing import Final

TRAINING: Final = ("train", "training")
TEST: Final = ("test", "testing")
VALIDATION: Final = ("val", "valid", "validation", "dev")
"""Each in the order in which they are looked for."""
