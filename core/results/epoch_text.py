"""An epoch in the assignment's form: a line on training, a line on the test images."""

from core.runs.events import EpochEnded, Evaluated
from core.runs.run_state import EpochResult


def epoch_lines(result: EpochResult) -> tuple[str, str, str]:
    """Return the epoch's heading, its training line and its test line."""
    tested = "Test set: not evaluated" if result.test is None else evaluation_line(result.test)
    return epoch_heading(result.epoch), train_line(result.train), tested


def epoch_heading(epoch: int) -> str:
    """Return the line above an epoch's two; epochs count from 1."""
    return f"Epoch :  {epoch}"


def train_line(train: EpochEnded, room: int | None = None) -> str:
    """Return the finished progress bar of an epoch; the loss is its last batch's.

    In a `room` of fewer columns than it takes, it goes without its bar, then without what is full at the end
    of every epoch, and then without the seconds, which are the batches over their pace.
    """
    head = (
        f"Train: Loss={train.last_loss:.4f} Batch_id={train.batches - 1} Accuracy={100 * train.accuracy:.2f}"
    )
    clock, pace = _clock(train.seconds), _pace(train.batches, train.seconds)
    full = f"{train.batches}/{train.batches} [{clock}<00:00, {pace}]"
    forms = (
        f"{head}: 100%|{'█' * 10}| {full}",
        f"{head}: 100% {full}",
        f"{head} [{clock}, {pace.strip()}]",
        f"{head} [{pace.strip()}]",
    )
    return next((form for form in forms if room is None or len(form) <= room), forms[-1])


def evaluation_line(test: Evaluated) -> str:
    """Return what the test images gave; the loss is the mean over images."""
    return (
        f"Test set: Average loss: {test.loss:.4f}, "
        f"Accuracy: {test.correct}/{test.images} ({100 * test.accuracy:.2f}%)"
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _pace(batches: int, seconds: float) -> str:
    """Return batches a second, or seconds a batch where it takes longer than one, as tqdm does."""
    if seconds <= 0 or batches <= 0:
        return "?it/s"
    pace = batches / seconds
    return f"{pace:5.2f}it/s" if pace >= 1 else f"{1 / pace:5.2f}s/it"
