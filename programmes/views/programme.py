"""A programme's page: passport, goals, directions with targets, its way to approval, its history."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.versions import version_of
from programmes.enums import ProgrammeStatus
from programmes.forms.programme import ApproveForm, ReturnForm
from programmes.models import Programme
from programmes.selectors import history, passport
from programmes.selectors.register import programme_with_its_place
from programmes.services.approval import approving_unit
from programmes.services.drafting import EDITABLE, shown_of
from schools.access import held
from schools.forms.signatory import SignatoryForm


@require_safe
def programme_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole programme on one page, which prints as it stands."""
    programme = get_object_or_404(programme_with_its_place(user=request.user), pk=pk)
    return render(request, "programmes/programme.html", page_context(request, programme))


def page_context(request: HttpRequest, programme: Programme, **forms: object) -> dict[str, object]:
    """Return what the page shows; `forms` replace empty ones by those that were filled wrongly."""
    years = passport.target_years(programme)
    blocks = passport.directions_with_targets(programme, with_values=programme.is_own)
    happened = history.programme_history(programme) if programme.is_own else []
    return {
        "programme": programme,
        "text": passport.passport_text(programme),
        "goals": passport.goals_with_tasks(programme),
        "years": years,
        "blocks": blocks,
        "bases": passport.year_bases(blocks),
        "closed": passport.closed_periods(blocks) if programme.is_own else [],
        "history": happened,
        "changes_after_approval": [each for each in happened if each.is_after_approval],
        "approving_unit": approving_unit(programme),
        "seen": version_of(shown_of(programme)),
        "is_editable": programme.status in EDITABLE,
        "may_edit": Permission.PROGRAMME_EDIT in held(request.user, at=programme.unit),
        "is_submitted": programme.status == ProgrammeStatus.SUBMITTED,
        "is_approved": programme.status == ProgrammeStatus.APPROVED,
        "is_submitter": programme.submitted_by_id == request.user.pk,
        # Asked for only where the page shows them.
        "submit_form": SimpleLazyObject(lambda: SignatoryForm(**submitting(request, programme))),
        "approve_form": forms.get("approve_form")
        or SimpleLazyObject(lambda: ApproveForm(**signing(request, programme))),
        "return_form": forms.get("return_form") or ReturnForm(),
        "crumbs": [("Программы", reverse("programmes:register")), (str(programme), "")],
    }


def submitting(request: HttpRequest, programme: Programme) -> dict[str, object]:
    """Return what a form needs to offer those who may answer for a programme that is handed in."""
    given = {"permission": Permission.PROGRAMME_SIGN, "at": programme.unit, "user": request.user}
    return {**given, "label": "Кто отвечает за программу", "is_required": False}


def signing(request: HttpRequest, programme: Programme) -> dict[str, object]:
    """Return what a form needs to offer those who may sign the approval of a programme."""
    given = {"permission": Permission.PROGRAMME_SIGN, "at": approving_unit(programme), "user": request.user}
    return {**given, "label": "Кто утвердил"}
