"""What an information system sends by a key of its own: what it keeps only, one by one or in blocks, never twice."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Role
from accounts.services.people import system_user
from indicators.enums import ElementType, IndicatorKind
from indicators.models import IndicatorValue, Observation, SentBlock, SystemKey
from indicators.services.definitions import Definition, define_indicator, set_basis
from indicators.services.elements import Collecting, define_element, define_system
from indicators.services.recalculation import fulfil_requests
from indicators.services.systems import create_system_key
from schools.access import NotAllowed
from schools.enums import Kind
from tests.factories.schools import make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
BULK = "/api/v1/observations/bulk/"
ONE = "/api/v1/observations/"


@pytest.fixture
def kezhma(now):
    kezhma = make_municipality(make_region(), "131", "Кежемский район")
    make_school(kezhma, "131001")
    make_school(kezhma, "131002")
    make_school(make_municipality(kezhma.parent, "109", "город Канск"), "109001")
    set_basis(year=2021, academic_year=2020, cohort_year=2021, actor=system_user(), now=now)
    return kezhma


@pytest.fixture
def navigator(kezhma, now):
    given = {"actor": system_user(), "now": now}
    system = define_system(code="навигатор", name="АИС «Навигатор»", **given)
    asked = {"type": ElementType.COUNT, "level": Kind.SCHOOL, "unit_of_measure": "чел.", **given}
    define_element(code="охвачено", name="Охвачено", collecting=Collecting(system), **asked)
    define_element(code="дипломы", name="Дипломы", **asked)
    return system


@pytest.fixture
def analyst(kezhma):
    return make_user("analyst", Role.MINISTRY_ANALYST, kezhma.parent)


@pytest.fixture
def post(client, kezhma, navigator, analyst):
    """Send with the key of the system within Kezhma."""
    until = timezone.localdate() + timedelta(days=30)
    given = {"expires_on": until, "actor": analyst, "now": timezone.now()}
    _token, text = create_system_key(system=navigator, units=[kezhma], **given)

    def send(address, body, key=""):
        headers = {"Authorization": f"Token {text}", **({"Idempotency-Key": key} if key else {})}
        return client.post(address, body, content_type="application/json", headers=headers)

    return send


def row(value=10, element="охвачено", unit="131001", **more):
    return {"element": element, "unit": unit, "period": "2021", "value": value, **more}


def standing():
    rows = Observation.objects.filter(replaced_at=None).order_by("unit__code")
    return [(one.unit.code, int(one.value), one.system_id is not None, one.is_over_system) for one in rows]


def test_a_system_writes_what_it_keeps_and_nothing_else(post, navigator):
    kept, other = post(ONE, row()), post(ONE, row(element="дипломы"))

    assert (kept.status_code, kept.json()["system"]) == (201, "навигатор")
    assert (other.status_code, other.json()) == (
        400, {"value": ["«Дипломы» АИС «Навигатор» не ведёт: этим ключом передают только её показатели."]},
    )  # fmt: skip
    assert standing() == [("131001", 10, True, False)]


def test_a_block_is_entered_whole_and_its_repetition_is_answered_byte_for_byte(post):
    block = {"rows": [row(10), row(20, unit="131002")]}

    first, again = post(BULK, block, key="2021-11"), post(BULK, block, key="2021-11")

    ids = list(Observation.objects.order_by("unit__code").values_list("pk", flat=True))
    assert first.json() == {"entered": 2, "rows": [{"row": 1, "id": ids[0]}, {"row": 2, "id": ids[1]}]}
    assert (first.status_code, first.content) == (again.status_code, again.content) == (201, first.content)
    assert standing() == [("131001", 10, True, False), ("131002", 20, True, False)]


def test_another_block_under_the_same_key_is_a_conflict(post):
    post(BULK, {"rows": [row(10)]}, key="2021-11")

    other = post(BULK, {"rows": [row(11)]}, key="2021-11")

    assert other.status_code == 409
    assert standing() == [("131001", 10, True, False)]


def test_a_block_with_a_wrong_row_is_refused_whole_and_leaves_its_key_free(post):
    refused = post(BULK, {"rows": [row(10), row("1.5", unit="131002")]}, key="2021-11")
    nothing, kept_keys = standing(), SentBlock.objects.count()
    mended = post(BULK, {"rows": [row(10), row(2, unit="131002")]}, key="2021-11")

    assert (refused.status_code, refused.json()) == (
        400,
        {"rows": [{"row": 2, "errors": {"value": [
            "Здесь нужно целое число не меньше нуля, а внесено 1,5. Исправьте число."
        ]}}]},
    )  # fmt: skip
    assert (nothing, kept_keys, mended.status_code) == ([], 0, 201)


def test_rows_of_foreign_and_of_missing_units_are_answered_alike(post):
    refused = post(BULK, {"rows": [row(unit="109001"), row(unit="999"), row(), row(11)]}).json()

    said = {"errors": {"unit": ["Единицы с таким кодом среди ваших нет."]}}
    twice = {"row": 4, "errors": {"value": ["Это значение уже передано строкой 3."]}}
    assert refused == {"rows": [{"row": 1, **said}, {"row": 2, **said}, twice]}
    assert standing() == []


def test_more_than_a_thousand_rows_are_too_many(post):
    assert post(BULK, {"rows": [row()] * 1001}).status_code == 400


def test_people_are_shown_what_a_system_sent_and_are_not_asked_again(client, post, kezhma):
    post(ONE, row())
    client.force_login(make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma))
    entry = Observation.objects.get()
    school = entry.unit
    address = f"{reverse('indicators:entry')}?unit={school.pk}&year=2021"

    page = client.get(address).content.decode()
    client.post(address, cell(entry, "12", "две группы учтены дважды"))  # whoever may write over it says why

    assert f"АИС «Навигатор», {timezone.localdate():%d.%m.%Y}" in page
    assert f'name="value-{entry.element_id}-{school.pk}"' not in page
    assert standing() == [("131001", 10, True, False)]


def cell(entry, text, comment=""):
    key = f"{entry.element_id}-{entry.unit_id}"
    return {
        f"value-{key}": text, f"seen-{key}": str(entry.pk), f"was-{key}": "?", f"url-{key}": "", f"number-{key}": "",
        f"dated-{key}": "", f"comment-{key}": comment,
    }  # fmt: skip


def test_whoever_keeps_the_definitions_writes_over_it_with_a_reason_and_the_system_does_not_undo_it(
    client, post, analyst
):
    post(ONE, row())
    entry = Observation.objects.get()
    address = f"{reverse('indicators:entry')}?unit={entry.unit_id}&year=2021"
    client.force_login(analyst)

    silent = client.post(address, cell(entry, "12"))
    client.post(address, cell(entry, "12", "две группы учтены дважды"))
    over = Observation.objects.get(replaced_at=None)
    client.logout()
    blind = post(ONE, row(11))
    seen = post(ONE, row(11, replaces=over.pk))

    assert silent.status_code == 422
    assert (over.value, over.is_over_system, over.entered_by) == (12, True, analyst)
    assert (blind.status_code, blind.json()["detail"]) == (
        409,
        "Переданное исправлено в портале на «12» («две группы учтены дважды»). Чтобы передать своё, назовите эту "
        f"запись в replaces: {over.pk}.",
    )
    assert (seen.status_code, standing()) == (201, [("131001", 11, True, False)])


def test_what_a_system_sent_may_be_a_denominator(post, kezhma, analyst, client, now):
    define_indicator(
        code="per_thousand", name="Дипломов на 1000 охваченных",
        definition=Definition(
            kind=IndicatorKind.RATIO, unit_of_measure="на 1000",
            formula="на(1000, сумма(значение(«дипломы»)), сумма(значение(«охвачено»)))",
        ),
        valid_from=now.date(), actor=system_user(), now=now,
    )  # fmt: skip
    post(BULK, {"rows": [row(400), row(100, unit="131002")]})
    client.force_login(analyst)
    for unit, value in (("131001", 3), ("131002", 2)):
        client.post(ONE, row(value, element="дипломы", unit=unit), content_type="application/json")
    fulfil_requests(clock=timezone.now)

    value = IndicatorValue.objects.get(unit=kezhma)
    assert (value.n, value.d) == (Decimal(5), Decimal(500))


def test_only_whoever_keeps_the_definitions_makes_a_key_of_a_system(navigator, kezhma):
    coordinator = make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)
    until = timezone.localdate() + timedelta(days=30)

    with pytest.raises(NotAllowed):
        create_system_key(system=navigator, units=[kezhma], expires_on=until, actor=coordinator, now=timezone.now())


def test_the_command_prints_a_key_once(navigator, kezhma, analyst, capsys):
    until = (timezone.localdate() + timedelta(days=30)).isoformat()

    call_command("create_system_key", "навигатор", f"--until={until}", "--unit=131", "--as=analyst")
    with pytest.raises(CommandError, match="Системы «дошкольник» в справочнике нет. Есть: навигатор."):
        call_command("create_system_key", "дошкольник", f"--until={until}", "--unit=131", "--as=analyst")

    printed = capsys.readouterr().out.strip()
    key = SystemKey.objects.get()
    assert (printed[:8], key.system, key.token.user) == (key.token.prefix, navigator, analyst)
