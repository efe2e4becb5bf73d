"""Pages of lists and recommendations: drafts for their makers, approval by order, own schools only, answers kept."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from monitoring.enums import ListState, RecommendationState
from monitoring.models import ListEntry, Recommendation, SchoolList
from monitoring.services.identification_lists import change_entry, draft_list
from monitoring.services.recommendations import AnswerIncomplete, AnswerOutOfPlace, answer_recommendation
from schools.access import NotAllowed
from tests.monitoring.drawn_region import make_user
from tests.monitoring.identified import FINE, LOW, approve, assert_refused_alike, identify


@pytest.fixture
def region(drawn_region):
    drawn_region.low = drawn_region.school("131001", "Тагарская СОШ", LOW)
    drawn_region.fine = drawn_region.school("131002", "Имбинская СОШ", FINE)
    drawn_region.foreign = drawn_region.school("147001", "Чужая СОШ", LOW, at=drawn_region.minusinsk)
    return drawn_region


def drafted(region) -> SchoolList:
    return draft_list(run=identify(region), actor=region.centre, now=region.now)


@pytest.mark.parametrize("count", [1, 3])
def test_list_shows_own_schools_in_constant_queries(client, drawn_region, django_assert_num_queries, count):
    mine = [drawn_region.school(f"13100{n}", f"Школа № {n}", LOW) for n in range(count)]
    drawn_region.school("147001", "Чужая СОШ", LOW, at=drawn_region.minusinsk)
    approved = approve(drawn_region, identify(drawn_region))
    client.force_login(drawn_region.coordinator)

    with django_assert_num_queries(8):
        page = client.get(reverse("monitoring:list", args=[approved.pk]))

    assert [row["entry"].unit for row in page.context["rows"]] == mine
    assert page.context["counts"].listed == count
    assert "Чужая" not in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_lists_counts_own_schools_in_constant_queries(client, region, django_assert_num_queries, count):
    for _ in range(count):
        approve(region, identify(region))
    client.force_login(region.coordinator)

    with django_assert_num_queries(6):
        page = client.get(reverse("monitoring:list-list"))

    assert [counts.listed for _one, counts in page.context["rows"]] == [1] * count
    assert [one.state for one, _counts in page.context["rows"]] == ["approved", *["revoked"] * (count - 1)]


def test_draft_is_for_its_makers_only(client, region):
    draft = drafted(region)
    client.force_login(region.coordinator)

    assert_refused_alike(client, *(reverse("monitoring:list", args=[key]) for key in (draft.pk, 999_999)))
    assert client.get(reverse("monitoring:list-list")).context["rows"] == []


def test_list_without_own_schools_is_as_if_missing(client, drawn_region):
    drawn_region.school("147001", "Чужая СОШ", LOW, at=drawn_region.minusinsk)
    approved = approve(drawn_region, identify(drawn_region))
    client.force_login(drawn_region.coordinator)

    assert_refused_alike(client, *(reverse("monitoring:list", args=[key]) for key in (approved.pk, 999_999)))
    assert_refused_alike(client, *(reverse("monitoring:list-annex", args=[key]) for key in (approved.pk, 999_999)))


def test_school_is_found_and_added_with_a_reason(client, region):
    draft = drafted(region)
    client.force_login(region.centre)
    found = client.get(f"{reverse('monitoring:list', args=[draft.pk])}?add=ИМБИН").context["found"]
    address = reverse("monitoring:list-entry", args=[draft.pk, found[0].unit_id])

    silent = client.post(address, {"categories": ["low_results"], "reason": ""})
    spoken = client.post(address, {"categories": ["low_results"], "reason": "Решение комиссии"})

    assert silent.status_code == 422
    assert "укажите, почему школа в списке значится иначе" in silent.text
    assert spoken.url == reverse("monitoring:list", args=[draft.pk])
    entry = ListEntry.objects.get(school_list=draft, unit=region.fine)
    assert (entry.categories, entry.computed, entry.reason) == (["low_results"], [], "Решение комиссии")


def test_approval_by_order_in_the_browser(client, region):
    draft = drafted(region)
    client.force_login(region.ministry)
    address = reverse("monitoring:list-approve", args=[draft.pk])
    title = client.get(address).context["form"].fields["title"].initial

    nameless = client.post(address, {"number": "", "dated_on": "2021-11-01", "title": title})
    ahead = client.post(address, {"number": "5", "dated_on": "2099-11-01", "title": title})
    done = client.post(address, {"number": "512-11-05", "dated_on": "2021-11-01", "title": title})

    assert (nameless.status_code, ahead.status_code) == (422, 422)
    assert "ещё не наступила" in ahead.text
    draft.refresh_from_db()
    assert (done.url, draft.state, draft.order.number, draft.order.dated_on) == (
        reverse("monitoring:list", args=[draft.pk]),
        ListState.APPROVED,
        "512-11-05",
        date(2021, 11, 1),
    )


def test_centre_may_not_approve_nor_anyone_change_what_is_approved(client, region):
    draft = drafted(region)
    client.force_login(region.centre)
    order = {"number": "1", "dated_on": "2021-11-01", "title": "О списке"}

    refused = client.post(reverse("monitoring:list-approve", args=[draft.pk]), order)
    approve(region, draft.run)
    late = client.post(
        reverse("monitoring:list-entry", args=[draft.pk, region.fine.pk]),
        {"categories": ["low_results"], "reason": "а"},
    )

    assert (refused.status_code, late.status_code) == (403, 422)
    assert "Утверждённый список не меняется" in late.text


def test_draft_is_thrown_away_and_an_approved_list_is_not(client, region):
    draft = drafted(region)
    client.force_login(region.centre)
    client.post(reverse("monitoring:list-discard", args=[draft.pk]))
    approved = approve(region, draft.run)

    client.post(reverse("monitoring:list-discard", args=[approved.pk]))

    assert list(SchoolList.objects.all()) == [approved]


def test_annex_holds_who_is_listed_and_not_who_was_taken_off(client, region):
    draft = drafted(region)
    common = {"school_list": draft, "actor": region.centre, "now": region.now, "reason": "комиссия"}
    change_entry(unit=region.low, categories=[], **common)
    change_entry(unit=region.fine, categories=["hard_conditions"], **common)
    approved = approve(region, draft.run)
    client.force_login(region.ministry)

    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("monitoring:list-annex", args=[approved.pk])).content))

    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=4)]
    assert rows == [
        [1, "город Минусинск", "Чужая СОШ", "147001", "да", "", ""],
        [2, "Кежемский район", "Имбинская СОШ", "131002", "", "да", ""],
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_recommendations_are_own_and_in_constant_queries(client, drawn_region, django_assert_num_queries, count):
    for n in range(count):
        drawn_region.school(f"13100{n}", f"Школа № {n}", LOW)
    drawn_region.school("147001", "Чужая СОШ", LOW, at=drawn_region.minusinsk)
    identify(drawn_region)
    client.force_login(drawn_region.coordinator)

    with django_assert_num_queries(12):
        page = client.get(reverse("monitoring:recommendation-list"))

    places = page.context["by_place"]
    assert [place for place, _rows in places] == [drawn_region.kezhma.short_name]
    units = {row.unit.code for _place, rows in places for row, _possible in rows}
    assert units == {"131", *(f"13100{n}" for n in range(count))}
    assert "Чужая" not in page.text


def test_coordinator_answers_for_the_municipality_and_its_schools(client, region):
    identify(region)
    mine = Recommendation.objects.filter(unit=region.kezhma).first()
    client.force_login(region.coordinator)
    address = reverse("monitoring:recommendation-answer", args=[mine.pk])

    client.post(address, {"state": "declined", "answer": ""})
    mine.refresh_from_db()
    assert mine.state == RecommendationState.ISSUED
    client.post(address, {"state": "accepted", "answer": ""})
    back = client.post(address, {"state": "done", "answer": "Внесено в программу", "next": "//evil.example/"})

    mine.refresh_from_db()
    assert (mine.state, mine.answer, mine.answered_by) == ("done", "Внесено в программу", region.coordinator)
    assert back.url == reverse("monitoring:recommendation-list")


def test_neighbour_s_recommendation_is_not_there_and_the_ministry_may_not_answer(client, region):
    identify(region)
    theirs = Recommendation.objects.filter(unit=region.foreign).first()
    answer = {"state": "accepted", "answer": ""}

    client.force_login(region.coordinator)
    foreign = client.post(reverse("monitoring:recommendation-answer", args=[theirs.pk]), answer)
    client.force_login(region.ministry)
    refused = client.post(reverse("monitoring:recommendation-answer", args=[theirs.pk]), answer)

    theirs.refresh_from_db()
    assert (foreign.status_code, refused.status_code, theirs.state) == (404, 403, "issued")


def test_school_answers_for_itself_only(region, now):
    identify(region)
    person = make_user("school", "school_editor", region.low)
    own = Recommendation.objects.filter(unit=region.low).first()
    above = Recommendation.objects.filter(unit=region.kezhma).first()

    answer_recommendation(recommendation=own, state="accepted", answer="", actor=person, now=now)
    with pytest.raises(NotAllowed):
        answer_recommendation(recommendation=above, state="accepted", answer="", actor=person, now=now)

    own.refresh_from_db()
    assert own.state == "accepted"


def test_answers_go_in_order_and_with_words(region, now):
    identify(region)
    mine = Recommendation.objects.filter(unit=region.kezhma).first()
    common = {"recommendation": mine, "actor": region.coordinator, "now": now}

    with pytest.raises(AnswerOutOfPlace):
        answer_recommendation(state="done", answer="сделано", **common)
    with pytest.raises(AnswerOutOfPlace):
        answer_recommendation(state="issued", answer="", **common)
    with pytest.raises(AnswerIncomplete):
        answer_recommendation(state="declined", answer=" ", **common)
    answer_recommendation(state="declined", answer="Школа закрывается", **common)
    answer_recommendation(state="accepted", answer="", **common)

    mine.refresh_from_db()
    assert (mine.state, mine.answer) == ("accepted", "")


def test_recommendations_are_filtered_by_their_address(client, region):
    identify(region)
    client.force_login(region.coordinator)
    address = reverse("monitoring:recommendation-list")

    to_school = client.get(f"{address}?to=school").context["by_place"]
    declined = client.get(f"{address}?state=declined").context["by_place"]

    assert {row.unit for _place, rows in to_school for row, _possible in rows} == {region.low}
    assert declined == []
