"""Where the same pupils are shown: on the page of a result and of a school, and only where there are any."""

import pytest
from django.urls import reverse

from accounts.permissions import Role
from monitoring.models import SchoolResult
from tests.factories.schools import make_user
from tests.monitoring.loads.codes import declare
from tests.monitoring.loads.test_same_pupil_facts import LATER, load_both, work


def result_of(centre, code: str, grade: int) -> str:
    found = SchoolResult.objects.get(unit=centre.schools[code], assessment__grade=grade, is_current=True)
    return reverse("monitoring:result", args=[found.pk])


def text_of(page) -> str:
    return page.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_a_result_and_a_school_show_the_same_pupils_where_there_are_any(client, centre, django_assert_max_num_queries):
    declare(centre, "kdr")
    load_both(centre)
    line = "КДР, Читательская грамотность, 6 класс, 2021/22 против 4 класса, 2019/20"
    sentence = "Из 4 учеников оба раза писали 3: поднялись 1, сохранили 1, опустились 1; прежней не писали 1."
    pages = (result_of(centre, "131001", 6), reverse("reports:school", args=[centre.schools["131001"].pk]))
    curator = make_user("curator", Role.DISTRICT_CURATOR, centre.kezhma.parent)  # to whom no rows open
    for person, address in [(person, page) for person in (centre.coordinator, curator) for page in pages]:
        client.force_login(person)
        with django_assert_max_num_queries(12):
            page = text_of(client.get(address))
        assert "<h2>Те же ученики</h2>" in page
        assert line in page
        assert sentence in page
        assert "Меньше десяти учеников" in page
    for address in (result_of(centre, "131001", 4), reverse("reports:school", args=[centre.schools["131002"].pk])):
        assert "Те же ученики" not in text_of(client.get(address))


@pytest.mark.parametrize("years", [1, 3])
def test_a_school_shows_every_pair_in_as_many_queries(client, centre, years, django_assert_num_queries):
    declare(centre, "kdr")
    for back in range(years):
        first, last = 2019 - back, 2021 - back
        centre.take(f"кдр4-{back}.xlsx", work(4, f"{first}/{first - 1999}", {"131001": LATER["131001"]}))
        centre.take(f"кдр6-{back}.xlsx", work(6, f"{last}/{last - 1999}", LATER))
    client.force_login(centre.coordinator)
    address = reverse("reports:school", args=[centre.schools["131001"].pk])
    client.get(address)
    with django_assert_num_queries(11):
        page = client.get(address)
    assert len(page.context["page"].same_pupils) == years
    assert {row.unit_id for row in page.context["page"].same_pupils} == {centre.schools["131001"].pk}
