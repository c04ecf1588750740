"""How a child process of our own is started: on this package, whatever else is called so."""

import sys
from pathlib import Path
from typing import Final

import core

_ROOT: Final = Path(core.__file__).absolute().parents[1]
# A folder "core" or "tui" where the user stands must not be imported instead of ours. -P sees to that alone
# where PYTHONPATH does not name that folder, be it by an empty part.
_BOOT: Final = """\
import sys
root, module = sys.argv[1:3]
del sys.argv[1:3]
sys.path.insert(0, root)
import core
__import__(module.partition(".")[0])
sys.path.remove(root)
import runpy
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


def child_command(module: str) -> list[str]:
    """Return the command that runs `module` of ours in a process; its arguments are to be added."""
    return [sys.executable, "-P", "-c", _BOOT, str(_ROOT), module]
