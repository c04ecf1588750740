"""The report as GitHub-flavoured Markdown."""

from collections.abc import Sequence

from core.report.normalization_section import normalization_section
from core.report.overview_sections import comparison_section, data_notes, summary_section, title
from core.report.reproducibility_section import repeat_section
from core.report.run_section import run_section
from core.report.samples_section import samples_section
from core.results.comparison import run_figures
from core.results.labelled_runs import LabelledRun


def markdown_report(runs: Sequence[LabelledRun], folder: str) -> str:
    """Return the report; its pictures, as `plan_pictures` names them, are in `folder`.

    `folder` is an address relative to the report's, quoted as in a URL.
    """
    figures = [run_figures(run) for run in runs]
    blocks = (
        title(runs),
        *data_notes(runs),
        *summary_section(runs, figures),
        *comparison_section(runs, figures, folder),
        *samples_section(runs, folder),
        *normalization_section(runs),
        *(block for run in runs for block in run_section(run, folder)),
        *repeat_section(runs),
    )
    return "\n\n".join(blocks) + "\n"
