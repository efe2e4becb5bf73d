"""Two people in one form, for every form that changes a thing: the second is shown both values and loses nothing."""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.permissions import Role
from common.two_editors import TwoEditors
from indicators.models import PeriodBasis
from monitoring.models import ListEntry, Recommendation
from monitoring.services.identification_lists import draft_list
from programmes.enums import ProgrammeStatus
from programmes.models import Programme, Target
from roadmap.models import Activity, ExpectedResult, ResultWindow
from schools.enums import PartnerKind
from schools.models import SchoolYear, Unit
from schools.services.partners import PartnerDetails, add_partner
from tests.config.test_every_page import names
from tests.factories.schools import make_user
from tests.reports.conftest import place, place_once  # noqa: F401 - fixtures
from tests.test_architecture import our_code, parsed

pytestmark = pytest.mark.django_db


class Forms(HTMLParser):
    """The forms of a page as a browser would send them: where to, and the fields as they stand."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self.area = self.select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append((given.get("action", ""), []))
        if not self.forms:
            return
        fields = self.forms[-1][1]
        if tag == "input" and given.get("name"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                fields.append((given["name"], given.get("value", "on" if given.get("type") == "checkbox" else "")))
        elif tag == "textarea":
            self.area = given["name"]
            fields.append((self.area, ""))
        elif tag == "select":
            self.select = given["name"]
        elif tag == "option" and self.select and "selected" in given:
            fields.append((self.select, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area
        self.select = "" if tag == "select" else self.select

    def handle_data(self, data: str) -> None:
        if self.area:
            fields = self.forms[-1][1]
            fields[-1] = (self.area, fields[-1][1] + data)

    def with_field(self, name: str, mark: str) -> tuple[str, dict[str, list[str]]]:
        """Return the form that has the field and carries the mark of what was shown."""
        for action, fields in self.forms:
            names = [each for each, _ in fields]
            if name in names and mark in names:
                said: dict[str, list[str]] = {}
                for each, value in fields:
                    said.setdefault(each, []).append(value.removeprefix("\n"))
                said.pop("csrfmiddlewaretoken", None)
                return action, said
        raise AssertionError(f"no form has «{name}» and «{mark}»: {[names for _, names in self.forms]}")


@dataclass
class Edit:
    """A form: who changes what in it, what is filled beside, what is kept of it."""

    people: tuple[Any, Any]
    address: str
    field: str
    values: tuple[str, str]
    kept: Callable[[], Any]
    beside: dict[str, str] = field(default_factory=dict)
    mark: str = "seen"
    second: dict[str, str] = field(default_factory=dict)  # what the second fills otherwise


def two(role: Role, unit: Unit) -> tuple[Any, Any]:
    return make_user(f"{role}-1", role, unit), make_user(f"{role}-2", role, unit)


def correct(place) -> Edit:  # noqa: F811 - the fixture of another module
    programme = place.school_programme
    draft = {"status": ProgrammeStatus.DRAFT, "approved_on": None, "approved_at": None, "approved_by": None}
    Programme.objects.filter(pk=programme.pk).update(**draft)
    people, address = two(Role.MUNICIPAL_COORDINATOR, place.kezhma), reverse("programmes:correct", args=[programme.pk])
    return Edit(people, address, "title", ("Первое название", "Второе название"), lambda: again(programme).title)


def amend(place) -> Edit:  # noqa: F811 - the fixture of another module
    beside = {"reason": "Поручение", "order_number": "7", "order_date": "2021-11-01"}
    address = reverse("programmes:amend", args=[place.programme.pk])
    values = ("Первое название", "Второе название")
    people = two(Role.MINISTRY_APPROVER, place.region)
    return Edit(people, address, "title", values, lambda: again(place.programme).title, beside)


def target(place) -> Edit:  # noqa: F811 - the fixture of another module
    row = Target.objects.filter(operator="at_least", programme_indicator__programme=place.programme).first()
    address = reverse("programmes:target", args=[row.pk])
    people, beside = two(Role.MINISTRY_ANALYST, place.region), {"cause": "order", "reason": "Поручение"}
    return Edit(people, address, "value", ("11", "12"), lambda: f"{again(row).value:f}".partition(".")[0], beside)


def bands(place) -> Edit:  # noqa: F811 - the fixture of another module
    address, programme = reverse("programmes:bands", args=[place.programme.pk]), place.programme
    people, beside = two(Role.MINISTRY_ANALYST, place.region), {"band_units": "1", "reason": "Поручение"}
    return Edit(people, address, "band_points", ("3", "4"), lambda: f"{again(programme).band_points:.0f}", beside)


def row_rules(place) -> Edit:  # noqa: F811 - the fixture of another module
    row = place.programme.programme_indicators.first()
    beside = {"end_operator": "at_least", "reason": "Поручение"}
    people, address = two(Role.MINISTRY_ANALYST, place.region), reverse("programmes:row-rules", args=[row.pk])
    return Edit(people, address, "end_value", ("11", "12"), lambda: f"{again(row).end_value or 0:.0f}", beside)


def report(place) -> Edit:  # noqa: F811 - the fixture of another module
    kind = "municipality"
    activity = Activity.objects.create(
        programme=place.programme, number=1, title="Семинар", level=kind, levels=[kind], responsible_text="МСУ"
    )
    result = ExpectedResult.objects.create(activity=activity, year=2021, number=1, title="Отчёт")
    ResultWindow.objects.create(result=result, number=1, starts_on="2021-01-01", ends_on="2021-12-31")
    beside = {"done_on": "2021-10-30", "proof_title": "Приказ", "proof_number": "1", "proof_date": "2021-10-29"}
    address = f"{reverse('roadmap:report', args=[result.pk])}?unit={place.kezhma.pk}"
    people = two(Role.MUNICIPAL_COORDINATOR, place.kezhma)
    values = ("Первое пояснение", "Второе пояснение")
    return Edit(people, address, "comment", values, lambda: result.executions.get().comment, beside)


def redefine(place) -> Edit:  # noqa: F811 - the fixture of another module
    indicator = place.programme.programme_indicators.first().indicator
    address, values = reverse("indicators:redefine", args=[indicator.pk]), ("Первые слова", "Вторые слова")
    people = two(Role.MINISTRY_ANALYST, place.region)
    beside = {"valid_from": "2021-09-01", "reason": "Уточнено"}
    return Edit(people, address, "in_words", values, lambda: indicator.editions.get(is_current=True).in_words, beside)


def basis(place) -> Edit:  # noqa: F811 - the fixture of another module
    people, values = two(Role.MINISTRY_ANALYST, place.region), ("первая волна", "вторая волна")
    written = PeriodBasis.objects.filter(indicator=None, wave__in=values)
    return Edit(people, reverse("indicators:bases"), "wave", values, lambda: written.get().wave)


def passport(place) -> Edit:  # noqa: F811 - the fixture of another module
    school = place.schools[0]
    address = reverse("indicators:passport", args=[school.pk, 2021])
    people = two(Role.MUNICIPAL_COORDINATOR, place.kezhma)
    kept = lambda: str(SchoolYear.objects.get(unit=school, academic_year=2021).pupils)  # noqa: E731 - one of a row
    return Edit(people, address, "pupils", ("301", "302"), kept, mark="seen_at")


def register(place) -> Edit:  # noqa: F811 - the fixture of another module
    school = place.schools[0]
    address = reverse("indicators:school-register", args=[school.pk])
    people = two(Role.MINISTRY_ANALYST, place.region)
    values, beside = ("Первая СОШ", "Вторая СОШ"), {"act": "change"}
    return Edit(people, address, "short_name", values, lambda: again(school).short_name, beside)


def partner(place) -> Edit:  # noqa: F811 - the fixture of another module
    details = PartnerDetails(kind=PartnerKind.CULTURE, name="Музей", unit=place.kezhma)
    added = add_partner(details=details, actor=place.coordinator, now=place.now)
    people = two(Role.MUNICIPAL_COORDINATOR, place.kezhma)
    values, address = ("Первый музей", "Второй музей"), reverse("schools:partner", args=[added.pk])
    return Edit(people, address, "name", values, lambda: again(added).name)


def entry(place) -> Edit:  # noqa: F811 - the fixture of another module
    run, school = place.drafted.run, place.schools[0]
    listed = draft_list(run=run, actor=place.centre, now=place.now, cohort_year=2030)
    row = ListEntry.objects.get_or_create(school_list=listed, unit=school)[0]
    row.categories, row.reason = ["resilient"], "Решение комиссии"
    row.save()
    address = reverse("monitoring:list-entry", args=[listed.pk, school.pk])
    people, values = two(Role.CENTRE_OPERATOR, place.region), ("Первая причина", "Вторая причина")
    return Edit(people, address, "reason", values, lambda: again(row).reason)


def method(place) -> Edit:  # noqa: F811 - the fixture of another module
    methodology = place.drafted.run.edition.methodology
    address = reverse("monitoring:method-edit", args=[methodology.pk])
    people, beside = two(Role.CENTRE_OPERATOR, place.region), {"note": "Письмо", "valid_from": "2021-09-01"}

    def kept() -> str:
        return str(methodology.editions.get(is_current=True).parameters["results"]["min_participants"])

    return Edit(people, address, "min_participants", ("17", "18"), kept, beside)


def answer(place) -> Edit:  # noqa: F811 - the fixture of another module
    run = place.drafted.run
    Recommendation.objects.all().delete()
    row = Recommendation.objects.create(
        unit=place.schools[0], run=run, rule="r", reason="Почему", text="Что", issued_at=place.now
    )
    address, values = f"{reverse('monitoring:recommendation-list')}?run={run.pk}", ("Первый ответ", "Второй ответ")
    people = two(Role.MUNICIPAL_COORDINATOR, place.kezhma)
    return Edit(
        people,
        address,
        "answer",
        values,
        lambda: again(row).answer,
        {"state": "declined"},
        second={"state": "accepted"},
    )


def person(place) -> Edit:  # noqa: F811 - the fixture of another module
    people = two(Role.ACCOUNT_ADMINISTRATOR, place.region)
    address, values = reverse("people:change", args=[place.coordinator.pk]), ("первая должность", "вторая должность")
    return Edit(people, address, "position", values, lambda: again(place.coordinator).position)


EDITS = {
    each.__name__: each
    for each in (
        correct, amend, target, bands, row_rules, report,
        redefine, basis, passport, register, partner, entry, method, answer, person,
    )
}  # fmt: skip


def again(thing: Any) -> Any:
    return type(thing).objects.get(pk=thing.pk)


def filled(page: str, edit: Edit, value: str, here: str) -> tuple[str, dict[str, list[str]]]:
    """Fill the form of a page as a person would: what stands there, the value, what is asked beside."""
    action, said = Forms(page).with_field(edit.field, edit.mark)
    return action or here, {**said, edit.field: [value], **{name: [each] for name, each in edit.beside.items()}}


@pytest.mark.parametrize("name", sorted(EDITS))
def test_the_second_of_two_is_shown_both_values_and_loses_nothing(place, name):  # noqa: F811 - a fixture
    edit = EDITS[name](place)
    clients = [Client(), Client()]
    pages = []
    for client, one in zip(clients, edit.people, strict=True):
        client.force_login(one)
        opened = client.get(edit.address)
        assert opened.status_code == 200
        pages.append(opened.content.decode())

    saved = clients[0].post(*filled(pages[0], edit, edit.values[0], edit.address))
    assert (saved.status_code, edit.kept()) == (302, edit.values[0])
    action, said = filled(pages[1], edit, edit.values[1], edit.address)
    refused = clients[1].post(action, said)
    text = refused.content.decode()

    assert (refused.status_code in (409, 422), edit.kept()) == (True, edit.values[0])
    assert (edit.values[0] in text, edit.values[1] in text) == (True, True)
    again_action, again_said = Forms(text).with_field(edit.field, edit.mark)
    assert again_said[edit.field] == [edit.values[1]]  # what was typed stands in the form
    assert again_said[edit.mark] != said[edit.mark]
    beside = {name: [value] for name, value in {**edit.beside, **edit.second}.items()}
    done = clients[1].post(again_action or action, {**again_said, **beside})
    assert (done.status_code, edit.kept()) == (302, edit.values[1])


TAKING = [name for name in EDITS if name not in ("passport", "method")]  # these show both beside the fields


@pytest.mark.parametrize("name", sorted(TAKING))
def test_the_second_may_take_what_stands_in_the_portal(place, name):  # noqa: F811 - a fixture
    edit = EDITS[name](place)
    first, second = Client(), Client()
    first.force_login(edit.people[0])
    second.force_login(edit.people[1])
    pages = [client.get(edit.address).content.decode() for client in (first, second)]
    first.post(*filled(pages[0], edit, edit.values[0], edit.address))
    action, said = filled(pages[1], edit, edit.values[1], edit.address)
    text = second.post(action, said).content.decode()
    again_action, again_said = Forms(text).with_field(edit.field, edit.mark)
    beside = {name: [value] for name, value in {**edit.beside, **edit.second}.items()}
    second.post(again_action or action, {**again_said, **beside, "take": [edit.field]})

    assert edit.kept() == edit.values[0]


def test_every_form_of_two_editors_is_tried_here():
    assert names(get_resolver().url_patterns)  # every page, and so every form, is loaded

    def below(form: type) -> set[str]:
        return {form.__name__}.union(*(below(one) for one in form.__subclasses__()))

    tried = {"DraftForm", "AmendForm", "ExecutionForm", "EditionForm", "BasisForm", "SchoolForm", "EntryForm"}
    tried |= {"AnswerForm", "PersonForm", "PartnerForm", "TargetForm", "BandsForm", "RowRulesForm"}
    tried |= {"RowsForm"}  # in tests/programmes/test_target_pages.py: a list of boxes is not one field
    new = {"NewProgrammeForm", "NewIndicatorForm"}  # what is made anew is nobody else's yet
    ours = {one for one in below(TwoEditors) if one not in ("TwoEditors", "Form")}
    assert ours == tried | new


# Forms that are filled beforehand and yet need no mark: what they make is new, or they keep a mark of their own.
FILLED_OTHERWISE = {
    "NewProgrammeForm": "a new programme, with what the address asks for",
    "OrderForm": "a new order; the mark of the list goes beside",
    "EditionForm": "a new method after a pattern, or a new edition with the number of the one that was changed",
    "MethodEditor": "goes with the edition's number",
    "ParametersForm": "a part of the editor of methods",
    "ClosingForm": "a new order; the mark of what is pinned goes beside, and test_period_pages opens it as two people",
    "ReopeningForm": "a new order; the mark of what differs goes beside",
    "OperationForm": "a new operation of the register",
    "DecisionForm": "the rows of a sheet that was just handed in",
    "AcceptForm": "one's own invitation",
    "PassportForm": "the moment at which the passport was written; tried above",
    "TwoEditors": "the mark itself",
    "WithdrawForm": "the mark itself beside a reason; shows nothing that could be typed over",
}


def filled_beforehand() -> set[str]:
    """Every form that our code fills with what stands somewhere already."""
    found = set()
    for where, module in parsed(our_code()):
        if not re.search(r"/(views|forms)|two_editors", where):
            continue
        for one in ast.walk(module):
            calls = [call for call in ast.walk(one) if isinstance(call, ast.Call)] if is_part(one) else []
            for call in calls:
                named = {each.arg: each.value for each in call.keywords}
                is_field = getattr(call.func, "attr", "").endswith("Field")
                if (
                    "initial" in named
                    and not is_field
                    and not isinstance(named["initial"], ast.Constant)
                    and "shown" not in named
                ):
                    is_own = isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"
                    name = one.name if is_own or isinstance(one, ast.ClassDef) else getattr(call.func, "id", "")
                    found |= {name} - {""}
    return {name for name in found if name[:1].isupper()}


def is_part(one: ast.AST) -> bool:
    return isinstance(one, ast.ClassDef | ast.FunctionDef)


def test_no_form_shows_what_stands_somewhere_without_a_mark():
    assert filled_beforehand() - set(FILLED_OTHERWISE) == set()
