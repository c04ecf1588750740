"""The completion scripts, read by the shells themselves."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.command.programs import run


def completed(folder: Path, shell: str, program: str) -> list[str]:
    """Return what `shell` prints, a word a line, by a program in which SCRIPT is what it is to read."""
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell}")
    script = folder / "script"
    script.write_text(run("completion", shell, cwd=folder).stdout)
    options = ["-f"] if shell == "zsh" else []
    done = subprocess.run(
        [shell, *options, "-c", program.replace("SCRIPT", str(script))],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "TERM": "xterm"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split("\n")


BASH = """
source SCRIPT
COMP_WORDS=(cifar-tui {words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_shtab_cifar_tui cifar-tui "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD - 1]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("re", {"resume", "report"}),
        ("--limit", {"--limit-train", "--limit-test"}),
        ("--preset t", {"tuned"}),
        ("--norm g", {"group"}),
        ("attach --no", {"--no-mouse"}),
    ],
)
def test_bash_completes_commands_flags_and_names(words: str, wanted: set[str], tmp_path: Path) -> None:
    assert set(completed(tmp_path, "bash", BASH.format(words=words))) - {""} == wanted


def test_fish_completes_the_same(tmp_path: Path) -> None:
    lines = completed(tmp_path, "fish", 'source SCRIPT; complete -C "cifar-tui re"')
    assert {line.split("\t")[0] for line in lines} >= {"resume", "report"}


def test_zsh_takes_its_script(tmp_path: Path) -> None:
    program = 'autoload -U compinit; compinit -u; eval "$(cat SCRIPT)"; echo ${_comps[cifar-tui]}'
    assert completed(tmp_path, "zsh", program)[0] == "_shtab_cifar_tui"


def test_a_shell_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    done = run("completion", "tcsh", cwd=tmp_path)
    assert done.returncode == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr
    assert done.stderr.count("\n") == 1
