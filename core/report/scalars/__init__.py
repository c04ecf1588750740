"""Every number that runs told, for other programs: TensorBoard, CSV, JSON lines, Parquet.

Importing it is quick: what writes a format is imported when that is asked for, torch never.
"""

from core.report.scalars.export import Format, check_export, check_library, export_scalars, place_below
from core.report.scalars.recorded_run import RecordedRun

__all__ = ["Format", "RecordedRun", "check_export", "check_library", "export_scalars", "place_below"]
