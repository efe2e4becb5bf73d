"""«Отчёты» in the browser, by command and over the API: own orders only, while one may still see the unit."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiToken
from accounts.permissions import READING
from jobs.enums import JobState
from jobs.services.running import run_pending
from reports.models import ReportOrder
from reports.services.orders import JOB_KIND, order_report
from schools.services.tokens import create_token


@pytest.fixture
def region(place, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return place


def ordered(region, user, unit, year=2021, file_format="xlsx", name="identification") -> ReportOrder:
    return order_report(name=name, unit=unit, year=year, file_format=file_format, actor=user, now=region.now)


def made(region, user, unit, **asked) -> ReportOrder:
    order = ordered(region, user, unit, **asked)
    run_pending(kinds=[JOB_KIND])
    order.refresh_from_db()
    return order


@pytest.mark.parametrize("count", [1, 3])
def test_list_shows_own_orders_in_constant_queries(client, region, django_assert_num_queries, count):
    mine = [ordered(region, region.coordinator, region.kezhma, year=2020 + number) for number in range(count)]
    ordered(region, region.neighbour, region.minusinsk)
    ordered(region, region.ministry, region.kezhma)
    client.force_login(region.coordinator)

    # session, user, years, territories, whether at the root, count, orders, appointments
    with django_assert_num_queries(8):
        page = client.get(reverse("reports:order-list"))

    assert {order.pk for order in page.context["page"].rows} == {order.pk for order in mine}


def test_form_offers_only_what_one_may_report_on(client, region):
    client.force_login(region.coordinator)
    own = client.get(reverse("reports:order-list")).context["form"]
    client.force_login(region.ministry)
    whole = client.get(reverse("reports:order-list")).context["form"]
    client.force_login(region.editor)
    school = client.get(reverse("reports:order-list")).context["form"]

    assert [name for _key, name in own.fields["unit"].choices] == ["Кежемский район"]
    assert [name for _key, name in whole.fields["unit"].choices] == [
        "Красноярский край",
        "Северный округ",
        "Южный округ",
        "город Минусинск",
        "Кежемский район",
    ]
    assert "unit" not in school.fields


def test_order_in_the_browser_leads_to_its_page_and_file(client, region):
    client.force_login(region.coordinator)
    asked = {"name": "identification", "unit": region.kezhma.pk, "year": 2021, "format": "pdf"}

    answer = client.post(reverse("reports:order-list"), asked)

    order = ReportOrder.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("reports:order", args=[order.pk]))
    assert "hx-get" in client.get(answer.url).content.decode()
    assert client.get(reverse("reports:file", args=[order.pk])).status_code == 404
    run_pending(kinds=[JOB_KIND])
    page = client.get(answer.url).content.decode()
    assert "Отчёт готов." in page
    assert "hx-trigger" not in page.partition('id="order-progress"')[2].partition(">")[0]
    file = client.get(reverse("reports:file", args=[order.pk]))
    content = b"".join(file.streaming_content)
    assert content.startswith(b"%PDF-")
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Disposition"].startswith("attachment;")


def test_passport_is_ordered_by_a_part_of_the_name(client, region):
    client.force_login(region.coordinator)
    asked = {"name": "school_passport", "unit": region.kezhma.pk, "year": 2021, "format": "pdf", "school": "имбин"}

    client.post(reverse("reports:order-list"), asked)

    assert ReportOrder.objects.get().unit == region.schools[0]


def test_person_of_one_school_need_not_name_it(client, region):
    client.force_login(region.editor)

    client.post(reverse("reports:order-list"), {"name": "school_passport", "year": 2021, "format": "xlsx"})

    assert ReportOrder.objects.get().unit == region.schools[0]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"school": ""}, "school", "Впишите код школы или часть её названия."),
        (
            {"school": "школа № 1"},
            "school",
            "Школы «школа № 1» среди ваших нет: проверьте код или впишите часть названия.",
        ),
        (
            {"school": "сош"},
            "school",
            "Под «сош» подходит 3\N{NO-BREAK SPACE}школы: Имбинская СОШ (131001), Кодинская СОШ № 4 (131003), "
            "Тагарская СОШ (131002). Впишите код одной из них.",
        ),
        ({"year": "1999"}, "year", "Выберите корректный вариант. 1999 нет среди допустимых значений."),
    ],
)
def test_form_says_what_is_wrong_and_keeps_what_was_typed(client, region, changes, field, sentence):
    client.force_login(region.coordinator)
    asked = {"name": "school_passport", "unit": region.kezhma.pk, "year": 2021, "format": "pdf", "school": "131001"}

    answer = client.post(reverse("reports:order-list"), asked | changes)

    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [sentence]
    assert ReportOrder.objects.count() == 0


def test_a_link_of_a_page_fills_the_form(client, region):
    client.force_login(region.coordinator)
    address = f"{reverse('reports:order-list')}?name=school_passport&unit={region.schools[0].pk}&year=2021"

    values = client.get(address).context["form"].initial

    assert values == {"year": 2021, "format": "pdf", "name": "school_passport", "school": "131001"}


def test_schools_are_looked_up_among_one_s_own(client, region):
    client.force_login(region.coordinator)

    found = client.get(reverse("reports:school-options"), {"school": "шк"}).content.decode()
    own = client.get(reverse("reports:school-options"), {"school": "131"}).content.decode()

    assert "option" not in found
    assert own.count("<option") == 3


@pytest.mark.parametrize("name", ["order", "order-progress", "file"])
def test_another_s_order_is_not_there(client, region, name):
    order = made(region, region.coordinator, region.kezhma)
    client.force_login(region.neighbour)

    assert client.get(reverse(f"reports:{name}", args=[order.pk])).status_code == 404


def test_file_is_gone_for_who_may_no_longer_see_the_unit(client, region):
    order = made(region, region.coordinator, region.kezhma)
    client.force_login(region.coordinator)
    file = client.get(reverse("reports:file", args=[order.pk]))
    assert (file.status_code, b"".join(file.streaming_content)[:2]) == (200, b"PK")

    region.coordinator.appointments.update(ends_on=timezone.localdate() - timedelta(days=1))

    assert client.get(reverse("reports:file", args=[order.pk])).status_code == 404


def test_failed_order_says_why(client, region):
    order = made(region, region.coordinator, region.kezhma, year=2022)
    client.force_login(region.coordinator)

    page = client.get(reverse("reports:order", args=[order.pk])).content.decode()

    assert "идентификация школ для 2022 года программы не проведена" in page


def test_chart_of_an_indicator_is_a_drawing_or_nothing(client, region):
    indicator = region.programme.programme_indicators.get(number="3.2").indicator_id
    address = reverse("reports:indicator-chart", args=[indicator])
    client.force_login(region.coordinator)

    own = client.get(address, {"unit": region.kezhma.pk, "year": 2021}).content.decode()
    foreign = client.get(address, {"unit": region.minusinsk.pk, "year": 2021}).content.decode()

    assert '<svg role="img"' in own
    assert "Показатель 3.2: достигается ли цель?" in own
    assert foreign.strip() == ""


def test_command_saves_the_file(region, tmp_path):
    output, out = tmp_path / "справка.xlsx", io.StringIO()

    call_command(
        "render_report", "identification", unit="131", year=2021, file_format="xlsx", output=output, stdout=out
    )

    assert output.read_bytes().startswith(b"PK")
    assert out.getvalue().splitlines()[-1].startswith(f"Аналитическая справка о результатах идентификации: {output}, ")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"unit": "999"}, "Единицы с кодом «999» нет: укажите код края (24), муниципалитета (131) или школы."),
        ({"login": "nobody"}, "Пользователя «nobody» нет. Проверьте логин."),
        ({"login": "minusinsk"}, "Нет права «заказывать отчёты»: Кежемский район."),
        (
            {"year": 2022},
            "Кежемский район: идентификация школ для 2022 года программы не проведена. "
            "Проведите её (Мониторинг → Идентификация) или выберите другой год.",
        ),
    ],
)
def test_command_refuses_in_one_sentence(region, tmp_path, changes, sentence):
    asked = {"unit": "131", "year": 2021, "file_format": "xlsx", "output": tmp_path / "a.xlsx", "stdout": io.StringIO()}

    with pytest.raises(CommandError) as refused:
        call_command("render_report", "identification", **asked | changes)

    assert str(refused.value) == sentence
    assert not (tmp_path / "a.xlsx").exists()


def test_command_for_a_person_prints_what_that_person_sees(region, tmp_path):
    call_command(
        "render_report", "identification", unit="131", year=2021, file_format="xlsx", login="kezhma",
        output=tmp_path / "a.xlsx", stdout=io.StringIO(),
    )  # fmt: skip

    assert ReportOrder.objects.get().ordered_by == region.coordinator


def test_api_orders_tells_and_hands_over(region):
    api = APIClient()
    api.force_login(region.coordinator)

    answer = api.post("/api/v1/reports/", {"name": "identification", "unit": "131", "year": 2021, "format": "xlsx"})

    assert answer.status_code == 202
    key = answer.json()["id"]
    assert (answer.json()["is_ready"], answer.json()["job"]["state"]) == (False, JobState.QUEUED)
    assert api.get(f"/api/v1/reports/{key}/file/").status_code == 404
    run_pending(kinds=[JOB_KIND])
    told = api.get(f"/api/v1/reports/{key}/").json()
    assert (told["unit"], told["is_ready"], told["job"]["state"]) == ("131", True, JobState.DONE)
    assert b"".join(api.get(f"/api/v1/reports/{key}/file/").streaming_content).startswith(b"PK")
    other = APIClient()
    other.force_login(region.neighbour)
    assert other.get("/api/v1/reports/").json()["count"] == 0
    assert other.get(f"/api/v1/reports/{key}/file/").status_code == 404


@pytest.fixture
def key(region) -> tuple[ApiToken, str]:
    """A key of the coordinator's, for the municipality."""
    return create_token(
        title="Отчёты", units=[region.kezhma], permissions=READING,
        expires_on=timezone.localdate() + timedelta(days=30), actor=region.coordinator, now=timezone.now(),
    )  # fmt: skip


def test_a_key_sees_and_fetches_its_own_orders_only(region, key):
    own = made(region, region.coordinator, region.kezhma)
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {key[1]}")

    answer = api.post("/api/v1/reports/", {"name": "identification", "unit": "131", "year": 2021, "format": "xlsx"})

    assert answer.status_code == 202
    run_pending(kinds=[JOB_KIND])
    assert [one["id"] for one in api.get("/api/v1/reports/").json()["results"]] == [answer.json()["id"]]
    file = api.get(f"/api/v1/reports/{answer.json()['id']}/file/")
    assert b"".join(file.streaming_content).startswith(b"PK")
    assert api.get(f"/api/v1/reports/{own.pk}/file/").status_code == 404


def test_a_report_is_rendered_by_the_rights_of_the_key_it_was_ordered_with(region, key):
    region.coordinator.acting_token = key[0]
    order = ordered(region, region.coordinator, region.kezhma)
    del region.coordinator.acting_token
    of_the_person = ordered(region, region.coordinator, region.kezhma)
    key[0].appointments.update(unit=region.minusinsk)

    run_pending(kinds=[JOB_KIND])

    jobs = {one.pk: one.job for one in ReportOrder.objects.select_related("job")}
    assert jobs[of_the_person.pk].state == JobState.DONE
    assert jobs[order.pk].failure == "Кежемский район: у вас больше нет права заказывать отчёты этой территории."


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"unit": "147"}, 404), ({"name": "school_passport"}, 400), ({"name": "nothing"}, 400), ({"year": 1900}, 400)],
)
def test_api_refuses(region, changes, status):
    api = APIClient()
    api.force_login(region.coordinator)
    asked = {"name": "identification", "unit": "131", "year": 2021, "format": "xlsx"}

    assert api.post("/api/v1/reports/", asked | changes).status_code == status
    assert ReportOrder.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_api_lists_orders_in_constant_queries(region, django_assert_num_queries, count):
    for number in range(count):
        ordered(region, region.coordinator, region.kezhma, year=2020 + number)
    api = APIClient()
    api.force_login(region.coordinator)

    with django_assert_num_queries(5):  # session, user, whether at the root, count, orders
        answer = api.get("/api/v1/reports/")

    assert answer.json()["count"] == count
