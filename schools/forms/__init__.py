"""Shapes of what people type about schools and about themselves."""

from schools.forms.schools import (
    CloseForm,
    MoveForm,
    PassportForm,
    SchoolFileForm,
    SchoolFilter,
    SchoolForm,
)
from schools.forms.tokens import TokenForm

__all__ = ["CloseForm", "MoveForm", "PassportForm", "SchoolFileForm", "SchoolFilter", "SchoolForm", "TokenForm"]
