"""Puts weights that are kept for themselves into their files."""

from core.config.suite_config import Keep
from core.runs.events import Emit, Notice
from core.runs.folder import RunFolder
from core.runs.safe_files import replacing, write_whole
from core.runs.write_trouble import trouble_words


def write_weights(folder: RunFolder, emit: Emit, keep: Keep, content: bytes) -> None:
    """Let `content` take the place of the weights before; where that fails, it is told."""
    file = folder.weights(keep)
    try:
        with replacing(file, f"weights-{keep}.half") as output:
            write_whole(output, content)
    except OSError as error:
        words = trouble_words(file.parent, error, f"the {keep} weights cannot be kept")
        emit(Notice(text=words))
