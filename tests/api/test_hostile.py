"""Questions to the API that make no sense, or pry: an answer of the API, never an error of the server."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.permissions import Role
from tests.factories.schools import make_district, make_municipality, make_region, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    region = make_region()
    district = make_district(region)
    return {code: make_municipality(district, code=code) for code in ("131", "147")}


@pytest.fixture
def coordinator(client, places):
    client.force_login(make_user("coordinator", Role.MUNICIPAL_COORDINATOR, places["131"]))
    return client


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/programmes/?year=99999",
        "/api/v1/programmes/?year=0",
        "/api/v1/programmes/?year=2021.5",
        "/api/v1/programmes/?within=1.5",
        "/api/v1/schools/?within=1.5",
    ],
)
def test_a_number_that_is_no_key_finds_nothing(coordinator, address):
    answer = coordinator.get(address)

    assert (answer.status_code, answer.json()["count"]) == (200, 0)


def test_a_foreign_territory_is_as_one_that_does_not_exist(coordinator, places):
    def answer(unit: object) -> tuple[int, str]:
        file = SimpleUploadedFile("a.csv", b"x")
        said = coordinator.post("/api/v1/uploads/", {"file": file, "unit": str(unit)})
        return said.status_code, said.text.replace(str(unit), "unit")

    assert answer(places["147"].code) == answer("999")
    assert answer(places["147"].pk) == answer(10_000_000)


def test_json_that_is_nested_without_end_is_a_mistake_of_its_sender(coordinator):
    nested = '{"a":' * 50_000 + "1" + "}" * 50_000

    answer = coordinator.post("/api/v1/observations/", nested, content_type="application/json")

    assert (answer.status_code, answer.json()) == (400, {"detail": "JSON вложен слишком глубоко."})


@pytest.mark.parametrize(
    "address",
    [
        "/reports/?unit={}",
        "/charts/indicators/1/?unit={}",
        "/programmes/indicators/?programme={}",
        "/programmes/indicators/?direction={}",
        "/monitoring/recommendations/?municipality={}",
        "/monitoring/recommendations/?run={}",
        "/monitoring/results/?load={}",
        "/indicators/entry/?unit={}",
    ],
)
@pytest.mark.parametrize("number", ["9" * 4500, "-1", "²"], ids=["endless", "negative", "no digit"])
def test_a_number_in_the_address_of_a_page_breaks_nothing(coordinator, address, number):
    assert coordinator.get(address.format(number)).status_code in (200, 404)


ROW = '{"element": "учителя", "unit": "131001", "period": "2021", "value": %s}'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("null", "Тело запроса — не объект JSON. Передайте поля в фигурных скобках."),
        ("[1]", "Тело запроса — не объект JSON. Передайте поля в фигурных скобках."),
        ('{"a": 1,}', "Тело запроса — не JSON: строка 1, знак 9. Проверьте кавычки, запятые и скобки."),
        (b'{"a": "\xff"}', "Тело запроса — не текст в кодировке UTF-8. Передайте его в ней."),
        (
            ROW % "NaN",
            "Число в теле запроса слишком длинное, или это NaN либо Infinity. Таких значений не бывает: исправьте его.",
        ),
        (
            ROW % ("9" * 5000),
            "Число в теле запроса слишком длинное, или это NaN либо Infinity. Таких значений не бывает: исправьте его.",
        ),
        (
            ROW % '1, "comment": "\\ud800"',
            "В теле запроса половина знака (\\ud800–\\udfff без пары): такого текста не бывает. Исправьте его.",
        ),
    ],
    ids=["null", "list", "comma", "bytes", "nan", "endless", "half"],
)
def test_a_body_that_cannot_be_read_is_answered_in_russian(coordinator, body, said):
    answer = coordinator.post("/api/v1/observations/", body, content_type="application/json")

    assert (answer.status_code, answer.json()) == (400, {"detail": said})


def test_a_whole_pair_is_text_like_any_other(coordinator):
    body = ROW % '1, "comment": "\\ud83d\\ude00"'

    answer = coordinator.post("/api/v1/observations/", body, content_type="application/json")

    assert answer.json() == {"detail": "Единицы с таким кодом среди ваших нет."}


def test_a_body_that_is_too_large_is_answered_by_the_api(coordinator):
    answer = coordinator.post("/api/v1/observations/", {"comment": "я" * 3_000_000}, content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (413, "application/json")
    assert answer.json() == {"detail": "Тело запроса больше 5 МБ. Разделите его на несколько запросов."}


def test_a_form_without_its_border_is_answered_in_russian(coordinator):
    answer = coordinator.post("/api/v1/observations/", b"x", content_type="multipart/form-data")

    said = "Форма не читается: в заголовке Content-Type нет верной границы частей (boundary), или тело оборвано."
    assert (answer.status_code, answer.json()) == (400, {"detail": said})


@pytest.mark.parametrize(
    ("address", "body", "said"),
    [
        ("bulk", {"rows": "abc"}, {"rows": {"non_field_errors": ["Нужен список в квадратных скобках."]}}),
        ("bulk", {"rows": []}, {"rows": {"non_field_errors": ["Список пуст: передайте хотя бы одну строку."]}}),
        (
            "bulk",
            {"rows": [{}] * 1001},
            {"rows": {"non_field_errors": [
                "Больше 1000 строк за раз не принимают. Разделите список на несколько запросов."
            ]}},
        ),
        (
            "bulk",
            {"rows": [None, 1]},
            {"rows": {
                "0": ["Вместо значения пусто. Уберите эту строку или заполните её."],
                "1": {"non_field_errors": ["Значение передают объектом с полями: element, unit, period, value."]},
            }},
        ),
        ("accept", {"entries": "abc"}, {"entries": ["Нужен список в квадратных скобках."]}),
        (
            "accept",
            {"entries": [1] * 1001},
            {"entries": ["Больше 1000 строк за раз не принимают. Разделите список на несколько запросов."]},
        ),
    ],
    ids=["text", "empty", "many", "nothing", "no list of keys", "many keys"],
)  # fmt: skip
def test_a_block_that_is_none_is_answered_in_russian(coordinator, address, body, said):
    answer = coordinator.post(f"/api/v1/observations/{address}/", body, content_type="application/json")

    assert (answer.status_code, answer.json()) == (400, said)
