"""The page on Python and the notebook: every snippet and every cell, run as it stands there."""

import importlib.util
import json
from pathlib import Path

import pytest

from tests.documents import ROOT
from tests.documents.pages import blocks, python

NOTEBOOK = ROOT / "assets" / "notebooks" / "three-norms.ipynb"
SNIPPETS = blocks("python", "python")
CELLS = [
    "".join(cell["source"])
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    if cell["cell_type"] == "code"
]
HAS_PANDAS = importlib.util.find_spec("pandas") is not None


def test_what_the_page_shows_runs_and_so_does_the_notebook(tmp_path: Path) -> None:
    """They train the same runs, so that it is done once."""
    snippets = [snippet for snippet in SNIPPETS if HAS_PANDAS or "pandas" not in snippet]
    shown = python("\n".join((*snippets, *CELLS)), tmp_path)
    assert "epoch: there is no such setting; did you mean epochs?" in shown
    assert "3 ('batch', 'layer', 'group') finished" in shown
    assert "nothing trains" not in shown  # the second time
    assert len(list((tmp_path / "runs").iterdir())) == 1
    verdict = shown.splitlines()[0]
    assert shown.splitlines()[-1].endswith(verdict)  # behind the dots of the notebook's progress


def test_the_notebook_is_kept_without_what_it_printed() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert all(
        cell["outputs"] == [] and cell["execution_count"] is None for cell in cells if "outputs" in cell
    )


def test_a_kernel_runs_the_notebook(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat", reason="no nbclient: uv run --group notebooks pytest")
    nbclient = pytest.importorskip("nbclient", reason="no nbclient: uv run --group notebooks pytest")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    kinds = [output["output_type"] for cell in notebook.cells for output in cell.get("outputs", ())]
    assert "display_data" in kinds
    assert "error" not in kinds
