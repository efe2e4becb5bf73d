"""Inviting people: one by a form, many by a sheet; and the page by which an invited person comes in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.services.invitations import NOT_VALID, InvitationRefused, accept_invitation, invitation_of
from accounts.services.people import LoginTaken, PasswordTooWeak
from common.downloads import table_response
from common.tables import Column, Kind, Table
from schools.forms.invitations import AcceptForm, DecisionForm, SheetForm, signed
from schools.forms.staff import InviteForm
from schools.selectors.hygiene import disorders
from schools.selectors.reach import people_within_reach
from schools.services.appointments import AppointmentRefused
from schools.services.files import FileRefused
from schools.services.invitation_sheets import Line, apply_sheet, plan_sheet, read_sheet
from schools.services.letters import send_invitation
from schools.services.staff import invite_person, renew_invitation
from schools.views.staff import managing, roles_to_give

KEY = "invitation"  # in the session: an address with a secret in it is left at once
COLUMNS = [
    Column("ФИО", width=40),
    Column("Должность", width=36),
    Column("Роль", width=30),
    Column("Код места", width=20),
    Column("Логин", width=22),
    Column("Ссылка", width=90),
    Column("Действует до", Kind.MOMENT),
]
WAY = ("Люди", "people:list")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@managing
def invite(request: HttpRequest) -> HttpResponse:
    """Open an account for a new person and show the link once."""
    now = timezone.now()
    today = timezone.localdate(now)
    form = InviteForm(request.POST or None, user=request.user, roles=roles_to_give(request.user), today=today)
    if request.method == "POST" and form.is_valid():
        try:
            person, key = invite_person(invited=form.invited(), actor=request.user, now=now, today=today)
        except LoginTaken as taken:
            form.add_error("login", str(taken))
        except (AppointmentRefused, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            return _link_page(request, person, key)
    crumbs = [(WAY[0], reverse(WAY[1])), ("Пригласить", "")]
    context = {"form": form, "crumbs": crumbs, "cancel": reverse(WAY[1])}
    return render(request, "schools/invite.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@managing
def new_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make somebody a new link instead of the one that was lost, and show it once."""
    person = get_object_or_404(people_within_reach(request.user), pk=pk)
    try:
        key = renew_invitation(user=person, actor=request.user, now=timezone.now())
    except (InvitationRefused, PermissionDenied) as refused:
        messages.error(request, str(refused))
        return redirect("people:person", person.pk)
    return _link_page(request, person, key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@managing
def sheet(request: HttpRequest) -> HttpResponse:
    """Read a sheet of people and show what it would do, row by row."""
    form = SheetForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = read_sheet(name=file.name, data=file.read())
        except FileRefused as refused:
            form.add_error("file", str(refused))
        else:
            plan = plan_sheet(found=found, actor=request.user, today=timezone.localdate())
            decision = DecisionForm(initial={"rows": signed(found)})
            context = {"plan": plan, "name": file.name, "decision": decision}
    return _sheet_page(request, form, context)


@never_cache
@require_POST
@managing
def sheet_apply(request: HttpRequest) -> HttpResponse:
    """Invite everybody of a sheet that was looked through; the answer is the sheet of links, which nobody keeps."""
    form = DecisionForm(request.POST)
    now = timezone.now()
    if form.is_valid():
        given = {"found": form.cleaned_data["rows"], "actor": request.user}
        try:
            lines = apply_sheet(**given, now=now, today=timezone.localdate(now))
        except FileRefused as refused:
            form.add_error("rows", str(refused))
        else:
            letters = sum(_write(request, line) for line in lines)
            if letters:
                messages.success(request, f"Писем отправлено: {letters}.")
            return table_response(_results(request, lines), name="Приглашения", file_format="xlsx")
    wrong = SheetForm()
    for sentence in form.errors.get("rows", []):
        messages.error(request, sentence)
    return _sheet_page(request, wrong, {}, status=422)


@require_safe
@managing
def hygiene(request: HttpRequest) -> HttpResponse:
    """Show what is out of order with people and accounts, and how to mend it."""
    found = disorders(user=request.user)
    context = {
        "disorders": [one for one in found if one.count],
        "in_order": [one for one in found if not one.count],
        "crumbs": [(WAY[0], reverse(WAY[1])), ("Что в беспорядке", "")],
    }
    return render(request, "schools/hygiene.html", context)


@login_not_required
@never_cache
@require_safe
def follow_link(request: HttpRequest, key: str) -> HttpResponse:
    """Take the key out of the address into the session, so that it is left neither in the history nor in a referrer."""
    request.session[KEY] = key
    return redirect("accounts:invitation")


@login_not_required
@never_cache
@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Let an invited person say the name and choose a password; then sign in as everybody does."""
    key, now = request.session.get(KEY, ""), timezone.now()
    try:
        person = invitation_of(key, now=now).user
    except InvitationRefused:
        return render(request, "schools/invitation_over.html", {"text": NOT_VALID}, status=404)
    form = AcceptForm(request.POST or None, initial={"full_name": person.full_name})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            accept_invitation(key=key, full_name=said["full_name"], password=said["new"], now=now)
        except PasswordTooWeak as weak:
            form.add_error("new", str(weak))
        except InvitationRefused as late:
            return render(request, "schools/invitation_over.html", {"text": str(late)}, status=404)
        else:
            del request.session[KEY]
            messages.success(request, f"Пароль задан. Войдите с логином «{person.login}».")
            return redirect("accounts:sign-in")
    appointments = person.appointments.current().select_related("unit", "substitutes__user").order_by("unit__path")
    context = {"form": form, "person": person, "appointments": appointments}
    return render(request, "schools/invitation.html", context, status=422 if form.errors else 200)


def _link(request: HttpRequest, key: str) -> str:
    return request.build_absolute_uri(reverse("accounts:invitation-link", args=[key]))


def _link_page(request: HttpRequest, person: User, key: str) -> HttpResponse:
    link = _link(request, key)
    context = {
        "person": person,
        "link": link,
        "until": invitation_of(key, now=timezone.now()).expires_at,
        "is_sent": send_invitation(user=person, link=link),
        "crumbs": [
            (WAY[0], reverse(WAY[1])),
            (person.full_name, reverse("people:person", args=[person.pk])),
            ("Ссылка", ""),
        ],
    }
    return render(request, "schools/link.html", context)


def _sheet_page(request: HttpRequest, form: SheetForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
    crumbs = [(WAY[0], reverse(WAY[1])), ("Пригласить списком", "")]
    shown = {"form": form, "crumbs": crumbs, "cancel": reverse(WAY[1]), **context}
    return render(request, "schools/sheet.html", shown, status=422 if form.errors else status)


def _write(request: HttpRequest, line: Line) -> bool:
    return bool(line.key) and send_invitation(user=line.person, link=_link(request, line.key))


def _results(request: HttpRequest, lines: list[Line]) -> Table:
    until = {one.user_id: one.expires_at for line in lines for one in line.person.invitations.filter(revoked_at=None)}
    rows = (
        (
            line.person.full_name,
            line.person.position,
            line.invited.role.label,
            "; ".join(unit.code for unit in line.invited.units),
            line.person.login,
            _link(request, line.key) if line.key else "у человека уже есть запись: назначен(а)",
            until.get(line.person.pk),
        )
        for line in lines
    )
    caption = "Ссылки открываются один раз. Больше они нигде не записаны: передайте каждую лично и сотрите файл."
    return Table("Приглашения", COLUMNS, rows, caption=caption)
