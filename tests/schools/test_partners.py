"""The directory of partners: one of the whole region's, written by those who make agreements."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.permissions import Role
from accounts.services.people import system_user
from common.versions import ChangedMeanwhile, version_of
from schools.access import NotAllowed
from schools.enums import PartnerKind
from schools.models import Partner, Unit
from schools.services.partners import PartnerDetails, PartnerRefused, add_partner, change_partner, shown_of
from tests.factories.schools import make_district, make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
LIST = "/schools/partners/"


@pytest.fixture
def kezhma() -> Unit:
    return make_municipality(make_district(make_region()), "131", "Кежемский район")


@pytest.fixture
def kansk(kezhma) -> Unit:
    return make_municipality(make_district(kezhma.parent.parent, "vostochny"), "109", "город Канск")


@pytest.fixture
def coordinator(kezhma):
    return make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)


def museum(unit: Unit, **details) -> PartnerDetails:
    said = {"kind": PartnerKind.CULTURE, "name": "Кежемский районный музей", "short_name": "Музей", **details}
    return PartnerDetails(unit=unit, **said)


def add(unit: Unit, now, actor=None, **details) -> Partner:
    return add_partner(details=museum(unit, **details), actor=actor or system_user(), now=now)


@pytest.mark.parametrize("count", [1, 3])
def test_a_school_reads_the_partners_of_its_region_in_constant_queries(
    client, kezhma, kansk, now, count, django_assert_num_queries
):
    for number in range(count):
        add(kansk, now, name=f"Библиотека № {number}", short_name=f"Библиотека № {number}")
    add(make_region("54", "Новосибирская область"), now, name="Чужой вуз", short_name="Чужой вуз")
    client.force_login(make_user("editor", Role.SCHOOL_EDITOR, make_school(kezhma)))

    with django_assert_num_queries(6):  # session, person, places, count, rows, appointments
        response = client.get(LIST)

    assert [one.short_name for one in response.context["page"]] == [f"Библиотека № {number}" for number in range(count)]
    assert "Чужой вуз" not in response.content.decode()


def test_a_partner_of_another_region_answers_as_one_that_is_not_there(client, kezhma, now, coordinator):
    other = add(make_region("54", "Новосибирская область"), now)
    client.force_login(coordinator)

    assert client.get(reverse("schools:partner", args=[other.pk])).status_code == 404
    assert client.get(f"/api/v1/partners/{other.pk}/").status_code == 404


def test_filters_and_search_find_by_words_and_number(client, kezhma, kansk, now, coordinator):
    add(kezhma, now, inn="2400000011")
    add(kansk, now, kind=PartnerKind.ENTERPRISE, name="Канский хлебокомбинат", short_name="Хлебокомбинат")
    client.force_login(coordinator)

    def found(query: str) -> list[str]:
        return [one.short_name for one in client.get(LIST + query).context["page"]]

    assert found("?q=музей+кежемский") == ["Музей"]
    assert found("?q=2400000011") == ["Музей"]
    assert found("?kind=enterprise") == ["Хлебокомбинат"]
    assert found(f"?where={kezhma.pk}") == ["Музей"]
    lines = client.get(LIST + "?kind=culture&file=csv").content.decode("utf-8-sig").splitlines()
    assert lines[1] == "Кежемский районный музей;Музей;учреждение культуры;Кежемский район;2400000011;"
    assert "Партнёры" in [group.title for group in client.get("/search/?q=хлебокомбинат").context["groups"]]


def test_a_coordinator_adds_and_corrects_where_he_works(client, kezhma, kansk, coordinator):
    client.force_login(coordinator)
    form = {"kind": "culture", "name": "Районный музей", "short_name": "", "unit": kezhma.pk, "inn": "", "site": ""}

    assert client.post(LIST + "new/", form).status_code == 302
    partner = Partner.objects.get()
    assert (partner.short_name, partner.search_key, partner.entered_by) == (
        "Районный музей",
        "районный музей районный музей ",
        coordinator,
    )
    foreign = client.post(LIST + "new/", form | {"unit": kansk.pk, "name": "Другой"})
    assert foreign.status_code == 422
    assert Partner.objects.count() == 1
    page = client.get(reverse("schools:partner", args=[partner.pk]))
    seen = page.context["form"]["seen"].value()
    again = client.post(
        reverse("schools:partner", args=[partner.pk]), form | {"site": "museum.example.ru", "seen": seen}
    )
    assert again.status_code == 302
    partner.refresh_from_db()
    assert partner.site == "https://museum.example.ru"
    assert AuditEvent.objects.filter(action="partner.changed", target_id=str(partner.pk)).exists()


def test_who_makes_no_agreements_there_does_not_write(kezhma, kansk, now, coordinator):
    partner = add(kansk, now)

    with pytest.raises(NotAllowed):
        add(kansk, now, actor=coordinator, name="Другой")
    with pytest.raises(NotAllowed):
        change_partner(partner=partner, details=museum(kezhma), actor=coordinator, now=now)


def test_the_second_of_two_editors_is_shown_both_and_may_take_the_place_from_the_portal(client, kezhma, now):
    taseevo = make_municipality(kezhma.parent, "147", "Тасеевский район")
    partner = add(kezhma, now)
    seen = version_of(shown_of(partner))
    elsewhere = museum(taseevo, name="Музей Ангары")
    change_partner(partner=partner, details=elsewhere, seen=seen, actor=system_user(), now=now)
    with pytest.raises(ChangedMeanwhile):
        change_partner(partner=partner, details=museum(kezhma), seen=seen, actor=system_user(), now=now)

    client.force_login(make_user("curator", Role.MINISTRY_ANALYST, kezhma.parent.parent))
    typed = {"kind": "culture", "name": "Моё", "short_name": "Музей", "unit": kezhma.pk, "inn": "", "site": ""}
    address = reverse("schools:partner", args=[partner.pk])
    page = client.post(address, typed | {"seen": seen})
    clashes = [(one.name, one.mine, one.theirs) for one in page.context["form"].clashes]
    assert (page.status_code, clashes) == (
        422,
        [("name", "Моё", "Музей Ангары"), ("unit", "Кежемский район", "Тасеевский район")],
    )

    again = typed | {"seen": page.context["form"]["seen"].value(), "take": ["unit"]}
    assert client.post(address, again).status_code == 302
    partner.refresh_from_db()
    assert (partner.name, partner.unit) == ("Моё", taseevo)


@pytest.mark.parametrize("again", [{"inn": "2400000011", "name": "Иначе"}, {"name": "КЕЖЕМСКИЙ районный музей"}])
def test_a_partner_is_there_once(kezhma, now, again):
    add(kezhma, now, inn="2400000011")

    with pytest.raises(PartnerRefused, match="уже есть"):
        add(kezhma, now, **again)
