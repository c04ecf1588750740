"""The report as GitHub-flavoured Markdown."""

from collections.abc import Sequence

from core.report.abstract_section import abstract_section
from core.report.comparison_section import comparison_section
from core.report.findings_section import findings_section
from core.report.network_section import network_section
from core.report.normalization_section import normalization_section
from core.report.notes_section import notes_section
from core.report.overview_sections import data_notes, title
from core.report.reproducibility_section import repeat_section
from core.report.samples_section import samples_section
from core.report.summary_section import summary_section
from core.report.verdict_section import verdict_section
from core.results.group_figures import group_figures
from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import seed_groups
from core.results.study_verdict import study_verdict


def markdown_report(runs: Sequence[LabelledRun], folder: str) -> str:
    """Return the report; its pictures, as `plan_pictures` names them, are in `folder`.

    `folder` is an address relative to the report's, quoted as in a URL.
    """
    groups = seed_groups(runs)
    figures = [group_figures(group) for group in groups]
    verdict = study_verdict(runs)
    blocks = (
        title(runs),
        *data_notes(runs),
        *abstract_section(groups, figures, verdict),
        *summary_section(groups, figures),
        *verdict_section(verdict),
        *notes_section(runs),
        *comparison_section(groups, figures, verdict, folder),
        *findings_section(figures, verdict),
        *samples_section(groups, folder),
        *normalization_section(runs),
        *(block for group in groups for block in network_section(group, folder)),
        *repeat_section(groups),
    )
    return "\n\n".join(blocks) + "\n"
