"""«Люди»: who works where, for those who manage people."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Counted
from accounts.models import User
from accounts.permissions import APPOINTS, Permission, Role
from accounts.selectors import open_sessions, second_factor_of
from accounts.services.limits import locked_until
from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Kind, Table
from common.versions import ChangedMeanwhile
from schools.access import NotAllowed, appointments_of, held_somewhere
from schools.forms.staff import (
    AppointForm,
    CloseAccountForm,
    ComingInForm,
    EndForm,
    PersonFilter,
    PersonForm,
    SubstituteForm,
)
from schools.models import Appointment
from schools.selectors.reach import people_within_reach
from schools.selectors.staff import (
    appointments_of_person,
    appointments_seen,
    events_of_person,
    needs_second_factor,
    person_register,
)
from schools.services.appointments import AppointmentRefused, appoint_to_several, end_appointment, substitute
from schools.services.coming_in import (
    clear_persons_password,
    end_persons_sessions,
    open_persons_sign_in,
    reset_persons_second_factor,
)
from schools.services.staff import StaffRefused, close_account, rename_person, reopen_account, shown_of

HEADINGS = [
    Heading("Фамилия, имя, отчество", key="name", order=("name_key", "pk")),
    Heading("Должность", key="position", order=("position", "name_key", "pk")),
    Heading("Логин", key="login", order=("login",)),
    Heading("Назначения сегодня"),
    Heading("Последний вход", key="seen", order=("last_login", "name_key", "pk")),
    Heading("Запись", key="active", order=("is_active", "name_key", "pk")),
]
COLUMNS = [
    Column("Фамилия, имя, отчество", width=40),
    Column("Должность", width=40),
    Column("Логин", width=20),
    Column("Эл. почта", width=28),
    Column("Назначения сегодня", width=70),
    Column("Последний вход", Kind.MOMENT),
    Column("Учётная запись", width=16),
]


def managing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in only whoever manages people somewhere; for the rest these pages have nothing to show."""

    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if Permission.PEOPLE_MANAGE not in held_somewhere(request.user):
            raise NotAllowed(f"Нет права «{Permission.PEOPLE_MANAGE.label}».")
        return view(request, *args, **kwargs)

    checked.__name__, checked.__doc__ = view.__name__, view.__doc__
    return checked


@require_safe
@managing
def person_list(request: HttpRequest) -> HttpResponse:
    """List the people within reach, narrowed and sorted as the address asks; the same rows as CSV or XLSX."""
    today = timezone.localdate()
    form = PersonFilter(request.GET, user=request.user, today=today)
    listing = Listing.read(request.GET, HEADINGS, default="name")
    people = listing.sort(form.narrow(person_register(user=request.user, today=today)))
    if listing.file_format:
        table = Table("Люди", COLUMNS, _rows(people.iterator(500)))
        return table_response(table, name="Люди", file_format=listing.file_format)
    context = {"form": form, "listing": listing, "page": listing.page(people), "crumbs": [("Люди", "")]}
    return render(request, "schools/staff.html", context)


@require_safe
@managing
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show somebody: the account, the appointments of today and of before, what was done with the account."""
    return _person_page(request, _person(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@managing
def person_appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Appoint somebody to a role at one place or at several by one order."""
    person = _person(request, pk)
    form = AppointForm(
        request.POST or None, user=request.user, roles=roles_to_give(request.user), today=timezone.localdate()
    )

    def act(said: dict[str, Any]) -> str:
        made = appoint_to_several(user=person, **said, actor=request.user, now=timezone.now())
        return f"{person}: {made[0].get_role_display()}, мест: {len(made)}."

    return _form_page(request, person, form, "Назначить", act)


@require_http_methods(["GET", "HEAD", "POST"])
@managing
def person_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what somebody is called now."""
    person = _person(request, pk)
    form = PersonForm(request.POST or None, shown=shown_of(person))

    def act(said: dict[str, Any]) -> str:
        return f"{rename_person(user=person, **said, actor=request.user, now=timezone.now())}: сохранено."

    return _form_page(request, person, form, "Сохранить", act)


@require_http_methods(["GET", "HEAD", "POST"])
@managing
def appointment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which day of an appointment is the last."""
    appointment = _appointment(request, pk)
    form = EndForm(request.POST or None, today=timezone.localdate())

    def act(said: dict[str, Any]) -> str:
        ended = end_appointment(appointment=appointment, **said, actor=request.user, now=timezone.now())
        return f"{appointment}: последний день {ended.ends_on:%d.%m.%Y}."

    return _form_page(request, appointment.user, form, "Снять с роли", act, about=appointment)


@require_http_methods(["GET", "HEAD", "POST"])
@managing
def appointment_substitute(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody stand in for an absent person."""
    appointment = _appointment(request, pk)
    people = person_register(user=request.user, today=timezone.localdate()).order_by("name_key", "pk")
    form = SubstituteForm(request.POST or None, people=people, absent=appointment, today=timezone.localdate())

    def act(said: dict[str, Any]) -> str:
        made = substitute(appointment=appointment, **said, actor=request.user, now=timezone.now())
        return f"{made.user}: {made.absent}, с {made.starts_on:%d.%m.%Y} по {made.ends_on:%d.%m.%Y}."

    return _form_page(request, appointment.user, form, "Назначить замещение", act, about=appointment)


@require_http_methods(["GET", "HEAD", "POST"])
@managing
def person_coming_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Open somebody's sign-in, end the sessions, or take a lost second factor off."""
    person = _person(request, pk)
    form = ComingInForm(request.POST or None)

    def act(said: dict[str, Any]) -> str:
        told = {"user": person, "reason": said["reason"], "actor": request.user, "now": timezone.now()}
        if said["act"] == "sessions":
            return f"{person}: завершено сеансов — {end_persons_sessions(**told)}."
        if said["act"] == "lock":
            return f"{person}: {'вход открыт' if open_persons_sign_in(**told) else 'вход и не был закрыт'}."
        if said["act"] == "password":
            clear_persons_password(**told)
            return f"{person}: пароль снят. Выдайте ссылку, по которой человек задаст новый."
        was_on = reset_persons_second_factor(**told)
        return f"{person}: {'второй фактор сброшен' if was_on else 'второго фактора не было'}."

    return _form_page(request, person, form, "Вход и второй фактор", act)


@require_POST
@managing
def account_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close somebody's account."""
    person = _person(request, pk)
    form = CloseAccountForm(request.POST)
    if form.is_valid():
        try:
            close_account(user=person, **form.cleaned_data, actor=request.user, now=timezone.now())
        except (StaffRefused, AppointmentRefused, NotAllowed) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Учётная запись «{person.login}» закрыта: войти по ней больше нельзя.")
            return redirect("people:person", person.pk)
    return _person_page(request, person, form)


@require_POST
@managing
def account_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open somebody's account again."""
    person = _person(request, pk)
    try:
        reopen_account(user=person, actor=request.user, now=timezone.now())
    except (StaffRefused, NotAllowed) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Учётная запись «{person.login}» снова открыта.")
    return redirect("people:person", person.pk)


def roles_to_give(user: User) -> frozenset[Role]:
    """Return the roles that somebody may give at one of the own places."""
    return frozenset[Role]().union(*(APPOINTS.get(Role(one.role), frozenset()) for one in appointments_of(user)))


def _person(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(people_within_reach(request.user), pk=pk)


def _appointment(request: HttpRequest, pk: int) -> Appointment:
    return get_object_or_404(appointments_seen(user=request.user), pk=pk)


def _person_page(request: HttpRequest, person: User, closing: CloseAccountForm | None = None) -> HttpResponse:
    today = timezone.localdate()
    appointments = appointments_of_person(user=request.user, person=person)
    present = [one for one in appointments if one.is_on(today)]
    context = {
        "person": person,
        "present": present,
        "past": [one for one in appointments if not one.is_on(today)],
        "needs_second_factor": needs_second_factor(present),
        "factor": second_factor_of(user=person),
        "sessions": open_sessions(user=person, now=timezone.now()).count(),
        "locked_until": locked_until(kind=Counted.LOGIN, value=person.login, now=timezone.now()),
        "has_password": person.has_usable_password(),
        "invitation": person.invitations.filter(accepted_at=None, revoked_at=None).order_by("-created_at").first(),
        "events": events_of_person(person),
        "closing": closing or CloseAccountForm(),
        "is_oneself": person.pk == request.user.pk,
        "now": timezone.now(),
        "crumbs": [("Люди", reverse("people:list")), (person.full_name, "")],
    }
    return render(request, "schools/person.html", context, status=422 if closing else 200)


def _form_page(
    request: HttpRequest,
    person: User,
    form: Form,
    submit: str,
    act: Callable[[dict[str, Any]], str],
    about: Appointment | None = None,
) -> HttpResponse:
    """Show a form about a person, and do what it asks; a refusal stands above what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            done = act(form.cleaned_data)
        except ChangedMeanwhile:
            form.show_both(shown_of(_person(request, person.pk)))
        except (AppointmentRefused, StaffRefused, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, done)
            return redirect("people:person", person.pk)
    address = reverse("people:person", args=[person.pk])
    context = {
        "person": person,
        "about": about,
        "form": form,
        "submit": submit,
        "cancel": address,
        "crumbs": [("Люди", reverse("people:list")), (person.full_name, address), (submit, "")],
    }
    return render(request, "schools/person_form.html", context, status=422 if form.errors else 200)


def _rows(people: Iterable[User]) -> Iterable[tuple[Any, ...]]:
    for person in people:
        yield (
            person.full_name,
            person.position,
            person.login,
            person.email,
            "; ".join(one.in_words for one in person.present),
            person.last_login,
            "открыта" if person.is_active else "закрыта",
        )
