"""The one stream of scalars that every format is written from."""

from collections.abc import Iterator

from core.report.scalars.own_scalars import own_scalars
from core.report.scalars.recorded_run import RecordedRun
from core.report.scalars.scalar import Scalar
from core.report.scalars.tracked_scalars import tracked_scalars


def told_scalars(run: RecordedRun) -> Iterator[Scalar]:
    """Yield every number of a run that lasts, in the order in which it was told.

    Raises:
        OSError: the event file cannot be read any more.
    """
    return tracked_scalars(run) if run.tracked else own_scalars(run)
