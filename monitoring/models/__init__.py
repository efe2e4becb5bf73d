from monitoring.models.assessments import (
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

__all__ = [
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
    "SchoolList",
    "SchoolResult",
    "Subject",
]
