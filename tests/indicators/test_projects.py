"""Membership in projects: dated, filterable, loaded from a sheet, and a condition of formulas on both engines."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import Role
from accounts.services.people import system_user
from indicators.enums import IndicatorKind
from indicators.formula.evaluate import evaluate
from indicators.models import IndicatorValue, RecalculationRequest
from indicators.selectors.bases import basis_of
from indicators.selectors.world import world_under
from indicators.services.computing import proven
from indicators.services.definitions import Definition, define_indicator
from indicators.services.recalculation import fulfil_requests, recalculate
from schools.enums import Kind
from schools.models import Membership, Project
from schools.services.projects import MembershipRefused, Stay, begin_membership, end_membership, load_projects
from tests.factories.schools import make_project, make_user
from tests.schools.tables import xlsx_file

pytestmark = pytest.mark.django_db
FORMULA = "доля(школы, где участвует_в_проекте(«500+»))"
HEAD = ["Код ОО", "Наименование", "Проект", "С", "По", "Приказ"]


@pytest.fixture
def project() -> Project:
    return make_project()


def begin(place, code: str, project: Project, since: date, until: date | None = None, **said) -> Membership:
    stay = Stay(place[code], project, since, until, **said)
    return begin_membership(stay=stay, actor=system_user(), now=timezone.now())


def test_the_catalogue_loads_and_loading_again_changes_nothing(db, now):
    first = load_projects(actor=system_user(), now=now)
    again = load_projects(actor=system_user(), now=now)

    assert {"plus500", "growth-point", "digital-pilot"} <= set(first["added"])
    assert (again["added"], again["changed"], len(again["left"])) == ([], [], len(first["added"]))
    out = StringIO()
    call_command("load_projects", stdout=out)
    assert out.getvalue().strip() == f"Добавлено: 0, изменено: 0, без изменений: {len(first['added'])}."


def test_stays_of_one_project_do_not_overlap(place, project, now):
    begin(place, "131001", project, date(2020, 9, 1), date(2021, 8, 31))
    begin(place, "131001", project, date(2021, 9, 1))

    for since, until in ((date(2021, 8, 31), None), (date(2019, 1, 1), date(2020, 9, 1)), (date(2022, 1, 1), None)):
        with pytest.raises(MembershipRefused, match="не могут пересекаться"):
            begin(place, "131001", project, since, until)
    with pytest.raises(MembershipRefused, match="организации, а не территории"):
        begin(place, "131", project, date(2021, 1, 1))


def test_a_stay_is_ended_once_and_the_trail_says_so(place, project, now):
    membership = begin(place, "131001", project, date(2020, 9, 1), order="приказ № 5")
    end = {"membership": membership, "actor": system_user(), "now": now}

    with pytest.raises(MembershipRefused, match="не раньше"):
        end_membership(until=date(2020, 8, 31), **end)
    ended = end_membership(until=date(2021, 8, 31), order="приказ № 9", **end)
    assert (ended.until, ended.order) == (date(2021, 8, 31), "приказ № 5; приказ № 9")
    assert AuditEvent.objects.filter(action="membership.ended").count() == 1
    with pytest.raises(MembershipRefused, match="уже закончено"):
        end_membership(until=date(2021, 9, 1), **end)


def test_a_formula_asks_for_any_day_of_the_period_on_both_engines(place, project, years, now):
    begin(place, "131001", project, date(2020, 9, 1), date(2021, 1, 1))
    begin(place, "147001", project, date(2021, 12, 31))
    begin(place, "109001", project, date(2022, 1, 1))
    edition = define_indicator(
        code="in_plus500",
        name="Доля школ проекта",
        definition=Definition(kind=IndicatorKind.SHARE, formula=FORMULA),
        valid_from=now.date(),
        actor=system_user(),
        now=now,
    )
    recalculate(reason="проверка", now=now)

    told = {
        year: IndicatorValue.objects.get(edition=edition, period__code=str(year), unit=place["24"]) for year in years
    }
    assert {year: (int(value.n), int(value.d)) for year, value in told.items()} == {
        2020: (1, 6),
        2021: (2, 6),
        2022: (2, 6),
    }
    for year in years:
        basis = basis_of(year)
        meaning = proven(FORMULA, basis)
        for value in IndicatorValue.objects.filter(edition=edition, period__code=str(year)).select_related("unit"):
            pair = evaluate(meaning, world_under(unit=value.unit, meaning=meaning, basis=basis))[value.unit_id]
            assert (pair.n, pair.d) == (value.n, value.d)


def test_a_sheet_is_shown_then_taken_and_numbers_follow(place, project, years, now, tmp_path):
    make_project("growth-point", "Точка роста", "«Точка роста»")
    edition = define_indicator(
        code="in_plus500",
        name="Доля школ проекта",
        definition=Definition(kind=IndicatorKind.SHARE, formula=FORMULA),
        valid_from=now.date(),
        actor=system_user(),
        now=now,
    )
    fulfil_requests(clock=lambda: now)
    path = tmp_path / "projects.xlsx"
    path.write_bytes(
        xlsx_file(
            [
                ["Участие школ в проектах"],
                HEAD,
                ["131001", "", "500+", "01.09.2020", "", "приказ № 5"],
                ["131002", "", "", "01.09.2020", "31.08.2021", ""],
                ["147001", "", "точка роста", "01.09.2021", "", ""],
            ]
        )
    )

    call_command("import_memberships", str(path), stdout=StringIO())
    assert not Membership.objects.exists()
    call_command("import_memberships", str(path), apply=True, stdout=StringIO())

    rows = Membership.objects.order_by("unit__code").values_list("unit__code", "project__code", "since", "until")
    assert list(rows) == [
        ("131001", "plus500", date(2020, 9, 1), None),
        ("131002", "plus500", date(2020, 9, 1), date(2021, 8, 31)),
        ("147001", "growth-point", date(2021, 9, 1), None),
    ]
    note = RecalculationRequest.objects.get(fulfilled_at=None)
    assert note.facts == ["участвует_в_проекте"]
    fulfil_requests(clock=lambda: now)
    value = IndicatorValue.objects.get(edition=edition, period__code="2021", unit=place["24"])
    assert (int(value.n), int(value.d)) == (2, 6)
    out = StringIO()
    call_command("import_memberships", str(path), apply=True, stdout=out)
    assert "Ничего не изменилось" in out.getvalue()


def test_a_sheet_with_a_mistake_is_not_taken(place, project, tmp_path):
    path = tmp_path / "projects.xlsx"
    path.write_bytes(
        xlsx_file(
            [
                HEAD,
                ["131001", "", "500+", "01.09.2020", "", ""],
                ["131777", "", "500+", "01.09.2020", "", ""],
                ["131002", "", "Кванториум", "01.09.2020", "", ""],
                ["147001", "", "500+", "сентябрь", "", ""],
            ]
        )
    )
    err = StringIO()

    with pytest.raises(CommandError, match="Ошибок: 3"):
        call_command("import_memberships", str(path), apply=True, stdout=StringIO(), stderr=err)

    assert "строка 3, «Код ОО» = 131777: организация не найдена" in err.getvalue()
    assert "строка 4, «Проект» = Кванториум: такого проекта нет — бывает: «500+»" in err.getvalue()
    assert "строка 5, «С» = сентябрь: это не дата" in err.getvalue()
    assert not Membership.objects.exists()


def test_a_sheet_knows_only_the_schools_that_its_person_keeps(place, project, tmp_path):
    make_user("keeper", Role.MINISTRY_ANALYST, place["131"])
    rows = [[code, "", "500+", "01.09.2020", "", ""] for code in ("131001", "147001", "131777")]
    path = tmp_path / "projects.xlsx"
    path.write_bytes(xlsx_file([HEAD, *rows]))
    err = StringIO()

    with pytest.raises(CommandError, match="Ошибок: 2"):
        call_command("import_memberships", str(path), apply=True, login="keeper", stdout=StringIO(), stderr=err)

    foreign, missing = [line.strip() for line in err.getvalue().splitlines() if "«Код ОО»" in line]
    assert foreign.replace("147001", "131777").replace("строка 3", "строка 4") == missing
    path.write_bytes(xlsx_file([HEAD, rows[0]]))
    call_command("import_memberships", str(path), apply=True, login="keeper", stdout=StringIO())
    assert [stay.unit for stay in Membership.objects.all()] == [place["131001"]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_keeps_memberships_in_constant_queries(
    client, place, project, analyst, now, count, django_assert_max_num_queries
):
    for year in range(count):
        begin(place, "131001", project, date(2018 + year, 9, 1), date(2019 + year, 8, 31))
    begin(place, "131002", project, date(2021, 9, 1))
    client.force_login(analyst)

    with django_assert_max_num_queries(7):
        page = client.get(f"/indicators/schools/{place['131001'].pk}/projects/")

    assert len(page.context["lines"]) == count
    told = client.get(f"/units/{place['131001'].pk}/school/").content.decode()
    assert told.count("«500+»</abbr>") == count


def test_a_membership_is_written_ended_and_taken_away_by_hand(client, place, project, analyst, years):
    page = f"/indicators/schools/{place['131001'].pk}/projects/"
    client.force_login(analyst)

    written = client.post(
        page, {"act": "begin", "begin-project": project.pk, "begin-since": "2020-09-01", "begin-order": "приказ № 5"}
    )
    assert written.status_code == 302
    one = Membership.objects.get()
    assert RecalculationRequest.objects.filter(facts=["участвует_в_проекте"]).count() == 1
    early = client.post(page, {"act": "end", "membership": one.pk, f"end-{one.pk}-until": "2019-01-01"})
    assert (early.status_code, "не раньше" in early.content.decode()) == (422, True)
    client.post(page, {"act": "end", "membership": one.pk, f"end-{one.pk}-until": "2021-08-31"})
    one.refresh_from_db()
    assert one.until == date(2021, 8, 31)
    client.post(page, {"act": "drop", "membership": one.pk, f"drop-{one.pk}-reason": "не та школа"})
    assert not Membership.objects.exists()
    assert AuditEvent.objects.get(action="membership.dropped").reason == "не та школа"


def test_a_membership_of_another_school_is_not_touched_from_here(client, place, project, analyst):
    other = begin(place, "131002", project, date(2020, 9, 1))
    client.force_login(analyst)

    page = client.post(
        f"/indicators/schools/{place['131001'].pk}/projects/",
        {"act": "drop", "membership": other.pk, f"drop-{other.pk}-reason": "ошибка"},
    )

    assert page.status_code == 404
    assert Membership.objects.exists()


def test_a_coordinator_reads_and_does_not_write(client, place, project, coordinator):
    page = f"/indicators/schools/{place['131001'].pk}/projects/"
    client.force_login(coordinator)

    assert "Записать участие" not in client.get(page).content.decode()
    refused = client.post(page, {"act": "begin", "begin-project": project.pk, "begin-since": "2020-09-01"})
    assert refused.status_code == 403
    assert client.get(f"/indicators/schools/{place['147001'].pk}/projects/").status_code == 404


def test_lists_and_the_api_are_narrowed_by_a_project(client, place, project, analyst, now):
    begin(place, "131001", project, date(2020, 9, 1))
    begin(place, "131002", project, date(2019, 9, 1), date(2020, 8, 31))
    client.force_login(analyst)

    page = client.get("/schools/?project=plus500")
    assert [unit.code for unit in page.context["page"]] == ["131001"]
    rows = client.get("/api/v1/schools/?project=plus500").json()["results"]
    assert [row["code"] for row in rows] == ["131001"]
    rows = client.get("/api/v1/memberships/?on=2020-01-01").json()["results"]
    assert [(row["code"], row["until"]) for row in rows] == [("131002", "2020-08-31")]
    client.force_login(make_user("editor", Role.SCHOOL_EDITOR, place["147001"]))
    assert client.get("/api/v1/memberships/").json()["results"] == []
    assert place["147001"].kind == Kind.SCHOOL
