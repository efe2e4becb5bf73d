"""The page of checks, the job behind it, the command, and what the library says of it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from indicators.checks.registry import registered_checks
from indicators.enums import ElementType
from indicators.models import CheckRun, Remark
from indicators.services.checking import run_checks
from indicators.services.elements import define_element
from jobs.models import Job
from jobs.services.running import run_pending
from schools.access import NotAllowed
from schools.enums import Kind

PAGE, ANEW, LIBRARY = (reverse(f"indicators:{name}") for name in ("checks", "check-anew", "library"))


@pytest.fixture
def checked(group_order, rural, system, now):
    return run_checks(actor=system, clock=lambda: now)


def found(response):
    return {answer.check.code: answer.count for answer, _ in response.context["answers"] if answer.count}


def test_ministry_has_everything_checked_and_reads_what_was_found(client, group_order, rural, analyst):
    client.force_login(analyst)
    before = client.get(PAGE).content.decode()
    client.post(ANEW)
    client.post(ANEW)
    done = run_pending(kinds=["indicators.check"])

    page = client.get(PAGE)

    assert "Проверки ещё не было" in before
    assert done == 1
    assert Job.objects.get(kind="indicators.check").result["page"] == ["indicators:checks"]
    assert found(page)["no_document"] == 2
    assert len(page.context["answers"]) == len(registered_checks())
    assert f'<a href="{reverse("indicators:indicator", args=[rural.indicator_id])}">rural: Сельских школ</a>' in (
        page.content.decode()
    )


@pytest.mark.parametrize("more", [0, 2])
def test_the_page_asks_a_fixed_number_of_queries(
    client, group_order, rural, system, analyst, now, more, django_assert_num_queries
):
    run = run_checks(actor=system, clock=lambda: now)
    for number in range(more):
        Remark.objects.create(run=run, check_code="no_purpose", severity="note", number=100 + number, title="Ещё")
    client.force_login(analyst)

    with django_assert_num_queries(8):  # session, user, region, may one; run, counts, the first of each, place
        client.get(PAGE)


def test_what_is_found_of_a_foreign_region_is_not_shown(client, checked, analyst, place):
    other = place.add("region", "77", "Другой край")
    Remark.objects.create(run=checked, check_code="no_purpose", severity="note", number=100, title="Чужое", unit=other)
    client.force_login(analyst)

    assert "Чужое" not in client.get(PAGE, {"check": "no_purpose"}).content.decode()
    assert found(client.get(PAGE))["no_purpose"] == 2


def test_all_that_one_check_has_found_and_its_file(client, checked, analyst):
    client.force_login(analyst)

    page = client.get(PAGE, {"check": "no_document"})
    lines = client.get(PAGE, {"check": "no_document", "file": "csv"}).content.decode("utf-8-sig").splitlines()

    assert [row.title for row, _ in page.context["found"]] == [
        "rppko_1_2: Приказ о рабочей группе в МСО", "rural: Сельских школ",
    ]  # fmt: skip
    assert lines[1].startswith("замечание;Не сказано, по какому документу показатель;rppko_1_2: Приказ")
    assert len(lines) == 3


def test_coordinator_is_not_shown_the_checks_and_orders_none(client, checked, coordinator):
    client.force_login(coordinator)

    assert (client.get(PAGE).status_code, client.post(ANEW).status_code) == (404, 403)
    with pytest.raises(NotAllowed):
        run_checks(actor=coordinator, clock=lambda: checked.started_at)
    assert not Job.objects.filter(kind="indicators.check").exists()


def test_of_former_runs_only_their_counts_are_kept(checked, system, now):
    for _ in range(21):
        run_checks(actor=system, clock=lambda: now)

    assert CheckRun.objects.count() == 20
    assert set(Remark.objects.values_list("run", flat=True)) == {CheckRun.objects.latest("pk").pk}


def test_library_is_narrowed_to_what_has_remarks(client, checked, rural, analyst, coordinator):
    Remark.objects.filter(indicator=rural.indicator).delete()
    client.force_login(analyst)
    page = client.get(LIBRARY, {"state": "remarks"})
    client.force_login(coordinator)
    refused = client.get(LIBRARY, {"state": "remarks"})

    assert [edition.indicator.code for edition in page.context["page"].rows] == ["rppko_1_2"]
    assert len(refused.context["page"].rows) == 2  # it is not among a coordinator's choices
    assert "есть замечания" not in refused.content.decode()


def run(**options):
    out = StringIO()
    try:
        call_command("check_indicators", stdout=out, **options)
    except CommandError as refused:
        return out.getvalue(), str(refused), refused.returncode
    return out.getvalue(), "", 0


def test_the_command_says_what_was_found_and_ends_well_without_errors(group_order, rural):
    said, refused, code = run()

    assert (refused, code) == ("", 0)
    assert "ЗАМЕЧАНИЕ: Не сказано, по какому документу показатель (2)" in said
    assert f"Проверок: {len(registered_checks())}, ничего не нашли:" in said


def test_errors_end_the_command_with_one_and_are_all_in_the_json(group_order, rural):
    element, _ = group_order
    element.delete()

    said, refused, code = run(as_json=True)

    assert (refused, code) == ("Найдено: 1\xa0ошибка.", 1)
    assert json.loads(said)["formula_unprovable"] == {
        "title": "Формула больше ничего не значит",
        "severity": "error",
        "found": [
            {
                "title": "rppko_1_2: Приказ о рабочей группе в МСО",
                "said": "Знак 31: первичного показателя «мсо_рабочая_группа» нет.",
            }
        ],
    }


def test_what_is_found_of_a_question_leads_to_it_among_the_words(client, group_order, rural, system, analyst, now):
    define_element(code="ничей", name="Ничей вопрос", type=ElementType.YES_NO, level=Kind.SCHOOL, actor=system, now=now)
    run_checks(actor=system, clock=lambda: now)
    client.force_login(analyst)

    page = client.get(PAGE, {"check": "element_unused"})

    (found_here,) = page.context["found"]
    assert found_here[1] == f"{reverse('indicators:words')}?q=ничей"
    assert "<code>ничей</code>" in client.get(found_here[1]).content.decode()
