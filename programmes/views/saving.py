"""What a form of a programme does with the answer of its service."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.forms import Form

from documents.services.filing import DocumentRefused
from programmes.services.drafting import ProgrammeRefused, SomebodySavedFirst
from schools.services.signing import SignatoryRefused

REFUSED = (ProgrammeRefused, DocumentRefused, SignatoryRefused)
Done = TypeVar("Done")


def done_or_told(
    form: Form, act: Callable[[], Done], *, shown: Callable[[], dict[str, object]] | None = None
) -> Done | None:
    """
    Do what a form asks and return what was made, None where it was refused.

    What the service refuses becomes the form's own error; what clashes with another's is shown beside it (`shown`).
    """
    try:
        return act()
    except SomebodySavedFirst as refused:
        if shown is None:
            form.add_error(None, str(refused))
        else:
            form.show_both(shown())
        return None
    except REFUSED as refused:
        form.add_error(None, str(refused))
        return None
