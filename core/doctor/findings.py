"""What a check has found: in which of three ways, what that means, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """How much a finding matters: not at all, somewhat, or so that training cannot begin."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: `about` what, and what was found.

    `trouble` is the key of the `Trouble` it is, empty where all is well; so are then `means` and `do`.
    """

    about: str
    sign: Sign
    says: str
    means: str = ""
    do: str = ""
    trouble: str = ""


def fine(about: str, says: str) -> Finding:
    """Return that all is well with `about`."""
    return Finding(about=about, sign=Sign.OK, says=says)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that can be wrong; the troubleshooting page has a line for each.

    `symptom` is how people notice it. Of `says`, `means` and `do`, parts in braces are filled in where it is
    found.
    """

    key: str
    sign: Sign
    symptom: str
    says: str
    means: str
    do: str

    def found(self, about: str, **parts: object) -> Finding:
        """Return that it was found of `about`."""
        return Finding(
            about=about,
            sign=self.sign,
            says=self.says.format(**parts),
            means=self.means.format(**parts),
            do=self.do.format(**parts),
            trouble=self.key,
        )


@dataclass(frozen=True, slots=True)
class Section:
    """Findings of one kind, in the order in which they are told."""

    title: str
    findings: tuple[Finding, ...]
