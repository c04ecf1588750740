"""Reports on runs: pure functions from run states to text, and their writing to disk.

Importing it is quick: matplotlib is imported when the first picture is drawn, torch never.
"""

from core.report.comparison import (
    MEASURES,
    Better,
    Measure,
    RunFigures,
    Verdict,
    compare,
    has_flip_averages,
    is_whole_cifar10,
    leaders,
    measures,
)
from core.report.epoch_lines import epoch_heading, epoch_lines, evaluation_line, train_line
from core.report.export import check_export_path, export_report
from core.report.model_table import model_table
from core.report.outcome_words import outcome_words

__all__ = [
    "MEASURES",
    "Better",
    "Measure",
    "RunFigures",
    "Verdict",
    "check_export_path",
    "compare",
    "epoch_heading",
    "epoch_lines",
    "evaluation_line",
    "export_report",
    "has_flip_averages",
    "is_whole_cifar10",
    "leaders",
    "measures",
    "model_table",
    "outcome_words",
    "train_line",
]
