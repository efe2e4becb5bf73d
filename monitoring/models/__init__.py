from monitoring.models.assessments import (
    FIRST_YEAR,
    LAST_YEAR,
    Assessment,
    AssessmentLoad,
    Load,
    MarkScale,
    Procedure,
    ResultRow,
    SchoolResult,
    Subject,
)
from monitoring.models.identification import (
    Finding,
    IdentificationRun,
    ListEntry,
    Methodology,
    MethodologyEdition,
    SchoolList,
)
from monitoring.models.recommendations import Recommendation
from monitoring.models.same_pupils import SamePupils

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "Assessment",
    "AssessmentLoad",
    "Finding",
    "IdentificationRun",
    "ListEntry",
    "Load",
    "MarkScale",
    "Methodology",
    "MethodologyEdition",
    "Procedure",
    "Recommendation",
    "ResultRow",
    "SamePupils",
    "SchoolList",
    "SchoolResult",
    "Subject",
]
