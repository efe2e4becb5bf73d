"""Years of a procedure that are compared with no other, as `comparability.yaml` says."""

from functools import cache
from importlib.resources import files

import yaml


@cache
def incomparable_years() -> dict[tuple[str, int], str]:
    """Return the reason by (code of the procedure, academic year)."""
    text = files("monitoring.catalogue").joinpath("comparability.yaml").read_text(encoding="utf-8")
    return {(row["procedure"], row["academic_year"]): row["reason"] for row in yaml.safe_load(text)}
