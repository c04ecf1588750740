"""Tables for the documents, from the committed measurements, the registry of actions, the import contracts.

The documents call these functions; cog writes what they return between its marks, and `test_documents` has it
check that nothing is out of date. This writes every part anew::

    uv run cog -r README.md CONTRIBUTING.md "assets/docs/*.md"
"""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
RESULTS: Final = ROOT / "assets" / "results"
