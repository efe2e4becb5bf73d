"""What every layout works with."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from monitoring.layouts.clues import Clues
from monitoring.layouts.directory import Directory
from monitoring.layouts.findings import Findings
from monitoring.layouts.headers import Header
from monitoring.layouts.identity import Hints, Sources
from monitoring.layouts.lines import Lines
from monitoring.layouts.norms import Norms
from monitoring.layouts.outputs import Outputs


@dataclass
class Context:
    """Norms, register, hints, and where findings and results go."""

    norms: Norms
    directory: Directory
    hints: Hints
    name: Clues
    today: date
    findings: Findings
    outputs: Outputs
    pupil_key: bytes | None = None
    coded: frozenset[str] = frozenset()  # procedures whose codes the key is for
    lasting: frozenset[str] = frozenset()  # procedures whose codes of pupils last from work to work

    def sources(self, content: Clues) -> Sources:
        """Return all that may tell what an assessment is."""
        warnings = self.findings.warnings
        return Sources(content, self.name, self.hints, self.norms, self.today, warnings=warnings)


@dataclass
class Table:
    """A head that was recognised, what stands above it, and the lines that follow."""

    header: Header
    content: Clues
    lines: Lines
    preamble: list[Any]
    file_name: str
