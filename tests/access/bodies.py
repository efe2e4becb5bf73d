"""What is sent with a question that changes something: what a form or a script would send, complete and right."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Permission, Role
from roadmap.models import ANSWERS
from schools.enums import Kind
from tests.access.asking import ask
from tests.access.people import Who
from tests.access.things import Thing

Body = Callable[[Any, Who, Thing | None], dict[str, Any]]
ORDER = {"order_number": "77-п", "order_date": "2021-09-01", "order_url": "https://131.example.ru/77.pdf"}
CSV = "Код ОО;Балл\n131001;5\n".encode("utf-8-sig")


class Fields(HTMLParser):
    """The fields of a page's forms as a browser would send them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.chosen: str = ""
        self.text: str = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "select":
            self.chosen, self.values[name] = name, []
        elif tag == "option" and self.chosen:
            if "selected" in given:
                self.values[self.chosen].append(given.get("value", ""))
        elif tag == "textarea":
            self.text, self.values[name] = name, [""]
        elif tag == "input" and name and given.get("type") not in ("submit", "file"):
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            usual = "on" if given.get("type") in ("checkbox", "radio") else ""
            self.values.setdefault(name, []).append(given.get("value", usual))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.chosen = ""
        if tag == "textarea":
            self.text = ""

    def handle_data(self, data: str) -> None:
        if self.text:
            self.values[self.text] = [self.values[self.text][0] + data.removeprefix("\n")]


def filled(world: Any, address: str) -> dict[str, list[str]]:
    """Return the form of a page as it is shown to whoever may do everything."""
    kept = world.shared.setdefault("forms", {})
    if address not in kept:
        answer = ask(world.system, "GET", address)
        assert answer.status == 200, f"{address}: {answer.status}"
        kept[address] = Fields(answer.text).values
    return kept[address]


ROLES_AT = {Kind.REGION: Role.MINISTRY_ANALYST, Kind.MUNICIPALITY: Role.MUNICIPAL_COORDINATOR}


def appointing(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """A role at the place where one works."""
    unit = who.place or world.units["a11"]
    role = ROLES_AT.get(Kind(unit.kind), Role.SCHOOL_EDITOR)
    return {"role": role, "units": unit.code, "order": "№ 118-п от 29.08.2021", "starts_on": "2021-09-01"}


def invitation(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """The same for a new person."""
    return {"full_name": "Петрова Вера Ильинична", **appointing(world, who, thing)}


def sheet_of_people(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """A sheet with one row."""
    text = "ФИО;Должность;Роль;Код места\nПетрова Вера Ильинична;методист;наблюдатель;131\n"
    return {"file": SimpleUploadedFile("people.csv", text.encode("utf-8-sig"))}


def standing_in(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """Somebody of one's own place who stands in for a month."""
    place = who.place or world.units["a11"]
    others = (one for one in world.people if one.roles and one.place.path.startswith(place.path) and one is not who)
    user = next(one.user for one in others if one.user != thing.owner)
    return {"user": user.login, "order": "№ 5", "starts_on": "2021-09-01", "ends_on": "2021-10-01"}


def form(name: str, **changes: Any) -> Body:
    """The form of a page about a thing, with something changed in it."""

    def body(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
        key = next(iter(world.things.of(thing.kind))).key if thing.is_missing else thing.key
        return filled(world, reverse(name, args=key)) | changes

    return body


def always(**sent: Any) -> Body:
    """The same whatever is asked about."""
    return lambda world, who, thing: dict(sent)


sign_in = always(login="nobody-there", password="wrong")
new_password = always(current="wrong", new="another-long-one", again="another-long-one")
renaming = always(full_name="Сидорова Анна", position="", email="")
ending = always(on="2026-01-01", reason="приказ")
wrong_code = always(code="000000", password="wrong")
reason = always(reason="Приложите приказ.")
formula = always(formula="сумма(значение(«number_school»))")
tried = always(formula="сумма(значение(«number_school»))", try_year="2021", precision="0")
basis = always(academic_year="2020", cohort_year="2021", wave="осень")
answer = always(state="accepted", answer="")
list_order = always(number="5-п", dated_on="2021-11-01", title="Об утверждении")
coming_in = always(act="lock", reason="Звонила сама.")
list_entry = always(categories=["low_results"], reason="Решение комиссии")
redefinition = form(
    "indicators:redefine",
    formula="2 * сумма(значение(«number_school»))",
    valid_from="2021-12-01",
    reason="Приказ № 5",
    confirmed="1",
)
new_indicator = always(
    code="written_by_hand", name="Сколько вручную", kind="count", level="school", unit_of_measure="шт.", precision="0",
    formula="сумма(значение(«number_school»))", better="more", valid_from="2021-12-01",
)  # fmt: skip
bands = always(band_points="5", band_units="1", reason="Приказ")
row_rules = always(cumulation="yearly", reason="Поручение")


def new_row(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """An indicator that stands in no programme, as a row of one."""
    said = {"number": "9.9", "what": "школа", "out": "никто", "reason": "Поручение"}
    return {"indicator": world.shared["spare"].pk, **said}


half_year_target = always(period="2021-H1", operator="at_least", value="2", reason="Поручение")
target = form(
    "programmes:target",
    value="4",
    cause="order",
    reason="Решение совета",
    order_number="8",
    order_date="2021-11-01",
    signatory="",
)
amended = form("programmes:amend", title="Программа по приказу", reason="Изменилось название", **ORDER)
school_closing = always(act="close", **{"close-last_day": "2021-08-31", "close-order": "приказ № 9"})
EDITION = {"valid_from": "2021-12-01", "note": "Приказ министерства", "min_participants": "11"}
method_edition = form("monitoring:method-edit", **EDITION)


def signed(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """Who has signed, for those who only write that down: somebody who may in all of the thing's region."""
    is_elsewhere = thing is not None and thing.unit is not None and thing.unit.path.startswith(world.units["b"].path)
    login = "stranger" if is_elsewhere else "ministry_approver-of-the-region"
    return {"signatory": str(User.objects.get(login=login).pk)}


def period_order(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """The order that closes a period, and who has signed it."""
    return {"number": "15", "dated_on": "2021-11-01"} | signed(world, who, thing)


def period_reopening(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """The order that opens a period again, why, and that what differs is adopted."""
    return {"reason": "Решение комиссии", "taken": "adopted"} | period_order(world, who, thing)


def amendment(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """A change of an approved programme by an order, and who has signed it."""
    return amended(world, who, thing) | signed(world, who, thing)


def school_change(world: Any, who: Who, thing: Thing) -> dict[str, Any]:
    """A site for a school."""
    return form("indicators:school-register", act="change", site="https://school.example.ru")(world, who, thing)


def passport(world: Any, who: Who, thing: Thing) -> dict[str, Any]:
    """Other figures of a school's passport."""
    return form("indicators:passport", teachers="11")(world, who, thing)


def membership(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """That an organisation takes part in a project."""
    return {"act": "begin", "begin-project": world.shared["project"].pk, "begin-since": "2021-09-01"}


def closing(world: Any, thing: Thing | None) -> tuple[str]:
    """The address names what is done to the network."""
    return ("close",)


def network_closing(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """That a school of one's own closes."""
    unit = _unit_of(world, who, Permission.UNIT_EDIT, Kind.SCHOOL)
    return {"act": "apply", "units": unit.code, "on": "2021-09-01", "order": "приказ № 9"}


def new_partner(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """A museum in a place of one's own."""
    unit = _unit_of(world, who, Permission.PROGRAMME_EDIT, Kind.REGION, Kind.MUNICIPALITY)
    return {"kind": "culture", "name": "Музей", "unit": unit.pk}


def has_place_for_partners(world: Any, who: Who, thing: Thing | None) -> bool:
    """Whoever keeps programmes of the region or of a municipality."""
    units = [unit for unit in world.units.values() if unit.kind in (Kind.REGION, Kind.MUNICIPALITY)]
    return any(who.may(Permission.PROGRAMME_EDIT, unit) for unit in units)


def new_method(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """A method of one's own."""
    return filled(world, reverse("monitoring:method-new")) | EDITION | {"code": "own", "name": "Своя методика"}


def new_key(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """A key that reads, for the place where one works."""
    unit = _unit_of(world, who, Permission.TOKEN_MANAGE)
    return {"title": "Выгрузка", "units": [unit.pk], "permissions": ["unit_view"], "expires_on": world.next_month}


def _unit_of(world: Any, who: Who, permission: Permission, *kinds: Kind) -> Any:
    """Return the first unit at which somebody holds a permission, or one at which he does not."""
    units = [unit for unit in world.units.values() if not kinds or unit.kind in kinds]
    return next((unit for unit in units if who.may(permission, unit)), units[-1])


def new_programme(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """A programme of a municipality or a school of one's own."""
    unit = _unit_of(world, who, Permission.PROGRAMME_EDIT, Kind.MUNICIPALITY, Kind.SCHOOL)
    kind = "school" if unit.kind == Kind.SCHOOL else "municipal_measures"
    return {"unit": unit.pk, "kind": kind, "title": "Новая", "starts_on": "2023-01-01", "ends_on": "2024-12-31"}


def cells(world: Any, who: Who, thing: Thing) -> dict[str, Any]:
    """One value of the unit, typed over the one that stands there."""
    unit = world.units["a11"] if thing.is_missing else thing.unit
    element = world.shared["elements"][Kind(unit.kind)]
    stands = _entry_of(world, thing)
    key = f"{element.pk}-{thing.key[0]}"
    return {f"value-{key}": "7", f"was-{key}": "other", f"seen-{key}": str(stands)}


def _entry_of(world: Any, thing: Thing, kind: str = "observation") -> int:
    """The key of what stands at a unit, or of what is typed there and not sent."""
    unit = world.units["a11"] if thing.is_missing else thing.unit
    return next(one.row.pk for one in world.things.of(kind) if one.kind == kind and one.unit == unit)


def entry_to_send(world: Any, who: Who, thing: Thing) -> dict[str, Any]:
    """The draft of the unit."""
    return {"entry": [_entry_of(world, thing, "observation.draft")]}


def accepted_entry(world: Any, who: Who, thing: Thing) -> dict[str, Any]:
    """What waits at the unit, to be accepted."""
    return {"act": "accept", "entry": [_entry_of(world, thing)]}


def returned_entry(world: Any, who: Who, thing: Thing) -> dict[str, Any]:
    """What waits at the unit, to be returned."""
    return {"act": "return", "remark": "Нет подписи", "entry": [_entry_of(world, thing)]}


def api_accepted(world: Any, who: Who, thing: Thing) -> dict[str, Any]:
    """The entry itself, by its key."""
    return {"entries": [thing.key[0]]}


def api_returned(world: Any, who: Who, thing: Thing) -> dict[str, Any]:
    """The same, with what is missing."""
    return {"entries": [thing.key[0]], "remark": "Нет подписи"}


def _units_to_report(world: Any, who: Who, thing: Thing) -> list[Any]:
    """The units of the result's levels for which somebody may say that it is done; the programme's own region only."""
    kinds = ANSWERS[Kind(thing.row.activity.level)]
    own = [unit for unit in world.units.values() if unit.kind in kinds and who.may(Permission.EXECUTION_ENTER, unit)]
    return [unit for unit in own if unit.kind != Kind.REGION or unit == thing.unit]


def has_unit_to_report(world: Any, who: Who, thing: Thing) -> bool:
    """Whoever may mark a unit that answers for the result."""
    return bool(_units_to_report(world, who, thing))


def report(world: Any, who: Who, thing: Thing) -> dict[str, Any]:
    """That a result was carried out, by a unit of one's own if there is one."""
    own = [] if thing.is_missing else _units_to_report(world, who, thing)
    unit = own[0] if own else world.units["b11"]
    return {"unit": unit.pk, "window_number": 1, "done_on": "2021-10-05", "proof_kind": "order", "comment": "Сделано",
            "proof_title": "Приказ", "proof_number": "9", "proof_date": "2021-10-04"}  # fmt: skip


def procedure(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """A procedure of the place where one works."""
    unit = who.place or world.units["a11"]
    return {"owner": unit.pk, "name": "МКР", "measure": "marks", "grades": ["5"]}


def codes(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """A declaration that pupils keep their codes from work to work."""
    said = {"keeper": "Муниципальный архив", "kind": "order", "title": "О кодах участников"}
    return {**said, "number": "12-п", "dated_on": "2020-09-01"}


def run(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """An identification of the results that there are."""
    edition = next(one.row for one in world.things.of("method_edition") if one.row.methodology.code == "federal")
    return {"year": "2020", "edition": edition.pk}


def school_file(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """A file about schools."""
    return {"file": SimpleUploadedFile("schools.csv", CSV), "year": ""}


def result_file(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """A file of results for the place where one works."""
    unit = who.place or world.units["a11"]
    return {"files": SimpleUploadedFile("results.csv", CSV), "unit": unit.pk}


def api_file(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """The same by script, which names the place by its code."""
    unit = who.place or world.units["a11"]
    return {"file": SimpleUploadedFile("results.csv", CSV), "unit": unit.code}


def report_order(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """A report of a unit of one's own."""
    unit = _unit_of(world, who, Permission.REPORT_ORDER)
    school, territory = {"name": "school_passport", "school": unit.code}, {"name": "indicators", "unit": unit.pk}
    return {"year": 2021, "format": "pdf", **(school if unit.kind == Kind.SCHOOL else territory)}


def reports_of_one_school(world: Any, who: Who, thing: Thing | None) -> bool:
    """Whoever orders reports of one school and no other: it need not be named."""
    schools = [unit for unit in world.units.values() if unit.kind == Kind.SCHOOL]
    return sum(who.may(Permission.REPORT_ORDER, unit) for unit in schools) == 1


def api_report(world: Any, who: Who, thing: Thing) -> dict[str, Any]:
    """A report of the unit, by its code."""
    if thing.is_missing:
        return {"name": "indicators", "unit": str(thing.key[0]), "year": 2021}
    name = "school_passport" if thing.unit.kind == Kind.SCHOOL else "indicators"
    return {"name": name, "unit": thing.unit.code, "year": 2021}


def api_entry(world: Any, who: Who, thing: Thing) -> dict[str, Any]:
    """A value of the unit, by its code."""
    unit = world.units["a11"] if thing.is_missing else thing.unit
    code = str(thing.key[0]) if thing.is_missing else thing.unit.code
    return {"element": world.shared["elements"][Kind(unit.kind)].code, "unit": code, "period": "2021", "value": 7}


def api_block(world: Any, who: Who, thing: Thing) -> dict[str, Any]:
    """A block of one value of the unit."""
    return {"rows": [api_entry(world, who, thing)]}


def api_run(world: Any, who: Who, thing: Thing | None) -> dict[str, Any]:
    """An identification, by script."""
    return {"academic_year": "2020/21", "method": "federal"}


def history_of(kind: str) -> Callable[[Any, Thing | None], tuple[Any, ...]]:
    """The address of a history names the kind of thing before its key."""
    return lambda world, thing: (kind, thing.key[0])


def programme_of_region(world: Any, thing: Thing | None) -> tuple[Any, ...]:
    """The address names the approved programme of the thing's region; the unit is a parameter of it."""
    unit = getattr(thing, "unit", None) or world.units["a"]
    while unit.parent is not None:
        unit = unit.parent
    name = next(name for name, one in world.units.items() if one.pk == unit.pk)
    return (world.thing("programme.approved", name).row.pk,)


def indicator_key(world: Any, thing: Thing | None) -> tuple[Any, ...]:
    """The address names the world's indicator; the unit is a parameter of it."""
    return (world.shared["indicator"].pk,)
