import json
import re
import subprocess
import sys
from dataclasses import asdict
from itertools import product
from pathlib import Path

import pytest

from core.config.presets import LIMITS, RECIPES, Norm, Preset
from core.config.run_config import settings
from core.config.suite_config import suite_settings
from tests.documents import RESULTS, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted((ROOT / "assets" / "docs").glob("*.md"))
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES]
COG = (sys.executable, "-m", "cogapp", "--check", "--diff")


def checked(*files: str) -> subprocess.CompletedProcess[str]:
    """Return what cog says of the generated parts of `files`."""
    return subprocess.run((*COG, *files), cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_every_generated_part_is_up_to_date() -> None:
    check = checked("README.md", "CONTRIBUTING.md", "assets/docs/*.md")
    assert check.returncode == 0, f"write them anew by `just docs`:\n{check.stdout}{check.stderr}"


def test_the_check_sees_a_figure_changed_by_hand(tmp_path: Path) -> None:
    changed = tmp_path / "README.md"
    changed.write_text(re.sub(r"\d\d\.\d\d ±", "99.99 ±", README, count=1), encoding="utf-8")
    check = checked(str(changed))
    assert check.returncode != 0
    assert "99.99 ±" in check.stdout


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len(README.splitlines()) <= 170


@pytest.mark.parametrize("preset", Preset)
def test_a_committed_report_is_what_it_is_quoted_as(preset: Preset) -> None:
    runs = json.loads((RESULTS / f"{preset}.json").read_text(encoding="utf-8"))["runs"]
    assert {(run["norm"], run["config"]["seed"]) for run in runs} == set(product(Norm, range(3)))
    assert len(runs) == len(Norm) * 3
    for run in runs:
        assert run["outcome"] == "finished"
        assert run["data"]["label"] == "CIFAR-10 (JPEG)"
        assert (run["data"]["train_images"], run["data"]["test_images"]) == (50_000, 10_000)
        assert run["comparison"]["last_epoch"] == LIMITS.epochs
        assert f"--preset {preset}" in run["command"]
        now = json.loads(json.dumps(asdict(RECIPES[preset])))
        assert run["recipe"] == {name: now[name] for name in run["recipe"]}


def test_every_file_and_heading_the_documents_link_to_is_there() -> None:
    links = [
        (document, *link)
        for document in DOCUMENTS
        for link in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", document.read_text(encoding="utf-8"))
    ]
    assert links
    for document, name, anchor in links:
        target = document.parent / name if name else document
        assert target.exists(), f"{document.name}: {name}"
        assert not anchor or anchor in anchors(target), f"{document.name}: {name}#{anchor}"


def anchors(document: Path) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_linked_from_the_readme() -> None:
    for page in PAGES:
        assert f"](assets/docs/{page.name})" in README


def test_the_readmes_tree_has_every_room_and_no_other() -> None:
    tree = README.split("```\ncore/ ")[1].split("\ntests/ ")[0]
    named = set(re.findall(r"\b(\w+)/", tree)) - {"tui"}
    packages = [file.parent for top in ("core", "tui") for file in (ROOT / top).rglob("*/__init__.py")]
    assert named == {package.name for package in packages}


def test_every_flag_is_told() -> None:
    for setting in (*settings().values(), *suite_settings().values()):
        assert setting.flag in README


def test_ci_runs_the_readmes_second_command_as_it_stands_there() -> None:
    second = re.findall(r"^python3 -m pip .*$", README, flags=re.MULTILINE)[1]
    assert second.endswith("uv run pytest")
    assert f"\n{second} || exit #" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
