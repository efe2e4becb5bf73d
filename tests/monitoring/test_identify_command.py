"""`load_methods` and `identify_schools`: what they print, what they leave, what they refuse."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from jobs.enums import JobState
from jobs.models import Job
from jobs.services.orders import order_job
from jobs.services.running import run_now, run_pending
from monitoring.models import IdentificationRun, Methodology, MethodologyEdition
from monitoring.services.identification_jobs import JOB_KIND, order_identification
from schools.access import NotAllowed

LOW = "ОГЭ русский 9 | 2021: 4/12\nОГЭ математика 9 | 2020: 5/15 | 2021: 6/12"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def line(procedure, subject, grade, year, n, failed, verdict):
    return {
        "procedure": procedure,
        "subject": subject,
        "grade": grade,
        "academic_year": year,
        "n": n,
        "failed": failed,
        "share": failed / n if n else None,
        "verdict": verdict,
    }


@pytest.fixture
def region(drawn_region):
    drawn_region.low = drawn_region.school("131001", "Тагарская СОШ", LOW)
    drawn_region.tiny = drawn_region.school("131008", "Яркинская ООШ", "ОГЭ русский 9 | 2021: 1/1")
    drawn_region.foreign = drawn_region.school("147001", "Минусинская СОШ", LOW, at=drawn_region.minusinsk)
    return drawn_region


def test_json_is_exactly_categories_and_the_trace_of_every_procedure(region):
    answer = json.loads(run("identify_schools", "--year", "2021/22", "--json", "--unit", "131"))

    assert answer == {
        "schools": {
            "131001": {
                "categories": ["low_results"],
                "trace": [
                    line("ВПР", "Русский язык", 5, "2021/22", 0, 0, "not_held"),
                    line("ВПР", "Математика", 5, "2021/22", 0, 0, "not_held"),
                    line("ВПР", "Русский язык", 6, "2021/22", 0, 0, "not_held"),
                    line("ВПР", "Математика", 6, "2021/22", 0, 0, "not_held"),
                    line("ОГЭ", "Русский язык", 9, "2021/22", 12, 4, "low"),
                    line("ОГЭ", "Математика", 9, "2021/22", 12, 6, "low"),
                    line("ОГЭ", "Математика", 9, "2020/21", 15, 5, "low"),
                    line("ЕГЭ", "Русский язык", 11, "2021/22", 0, 0, "not_held"),
                    line("ЕГЭ", "Математика (база и профиль)", 11, "2021/22", 0, 0, "not_held"),
                ],
            },
            "131008": {
                "categories": ["insufficient_data"],
                "trace": [
                    line("ВПР", "Русский язык", 5, "2021/22", 0, 0, "not_held"),
                    line("ВПР", "Математика", 5, "2021/22", 0, 0, "not_held"),
                    line("ВПР", "Русский язык", 6, "2021/22", 0, 0, "not_held"),
                    line("ВПР", "Математика", 6, "2021/22", 0, 0, "not_held"),
                    line("ОГЭ", "Русский язык", 9, "2021/22", 1, 1, "too_few"),
                    line("ОГЭ", "Математика", 9, "2021/22", 0, 0, "not_held"),
                    line("ОГЭ", "Математика", 9, "2020/21", 0, 0, "not_held"),
                    line("ЕГЭ", "Русский язык", 11, "2021/22", 0, 0, "not_held"),
                    line("ЕГЭ", "Математика (база и профиль)", 11, "2021/22", 0, 0, "not_held"),
                ],
            },
        }
    }


def test_json_of_the_integral_rule_says_what_is_lacking(region):
    region.school("131009", "Заочная СОШ", "ОГЭ русский 9 | 2021: 4/12", type_="evening")

    answer = json.loads(run("identify_schools", "--year", "2021/22", "--method", "integral", "--json", "--unit", "131"))

    told = {
        code: [one["text"] for one in school.get("left_out", [])] for code, school in sorted(answer["schools"].items())
    }
    years = "2019/20, 2020/21 и 2021/22"
    assert told == {
        "131001": [f"нет социального паспорта за {years}."],
        "131008": [f"участников за {years} 1, а нужно не меньше 10.", f"нет социального паспорта за {years}."],
        "131009": ["методика не распространяется на школы такого типа: вечерняя."],
    }
    assert [(one["n"], one["verdict"]) for one in answer["schools"]["131009"]["trace"] if one["n"]] == [(12, "low")]


def test_words_tell_the_counts_and_where_to_look(region):
    printed = run("identify_schools", "--year", "2021/22")

    made = IdentificationRun.objects.get()
    lines = printed.splitlines()
    assert lines[-10:-1] == [
        f"Расчёт № {made.pk} по 2021/22 учебному году: {made.edition}.",
        "Всего 3\N{NO-BREAK SPACE}школы:",
        "  низкие результаты (ШНРО): 2",
        "  тяжёлые условия (ШНСУ): 0",
        "  и то и другое: 0",
        "  резильентные: 0",
        "  недостаточно данных: 1",
        "  без категории: 0",
        "  методикой не рассматриваются: 0",
    ]
    assert lines[-1] == f"Отпечаток данных: {made.input_hash[:12]}. Смотреть на портале: /monitoring/runs/{made.pk}/"


def test_methods_are_loaded_by_the_first_identification_and_by_their_command(region):
    MethodologyEdition.objects.all().delete()
    Methodology.objects.all().delete()
    run("identify_schools", "--year", "2021/22")

    assert sorted(Methodology.objects.values_list("code", flat=True)) == ["federal", "integral"]
    assert run("load_methods") == "federal: без изменений\nintegral: без изменений\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--year", "2021/23"], "Учебный год «2021/23» не распознан: второй год должен идти сразу за первым"),
        (["--year", "2021/22", "--method", "none"], "Методики «none» нет. Есть: federal, integral."),
        (["--year", "2021/22", "--unit", "999"], "Территории с кодом «999» нет"),
        (["--year", "2021/22", "--as", "nobody"], "Пользователя «nobody» нет. Проверьте логин."),
        (["--year", "2021/22", "--as", "kezhma"], "Нет права «проводить идентификацию»: Красноярский край."),
        (["--year", "2010/11"], "За 2010/11 и предыдущие годы нет результатов процедур методики"),
    ],
)
def test_refusals_are_sentences(region, arguments, sentence):
    with pytest.raises(CommandError) as refused:
        run("identify_schools", *arguments)

    assert str(refused.value).startswith(sentence)
    assert IdentificationRun.objects.count() == 0


def ordered(region, now):
    return order_identification(
        academic_year=2021,
        edition=MethodologyEdition.objects.get(methodology__code="federal"),
        region=region.region,
        actor=region.centre,
        now=now,
    )


def test_order_waits_once_and_its_job_leads_to_the_run(region, now):
    job = ordered(region, now)
    assert ordered(region, now) == job

    assert run_pending() == 1

    job.refresh_from_db()
    made = IdentificationRun.objects.get()
    assert (job.state, made.job, made.run_by) == (JobState.DONE, job, region.centre)
    assert job.result == {
        "page": ["monitoring:run", made.pk],
        "text": f"Расчёт № {made.pk}: 3\N{NO-BREAK SPACE}школы.",
        "run": made.pk,
    }


def test_work_done_again_after_a_death_makes_no_second_run(region, now):
    job = ordered(region, now)
    run_now(job)
    made = IdentificationRun.objects.get()

    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)  # died between the run and the job's last word
    again = run_now(job)

    assert (again.state, again.result["run"], list(IdentificationRun.objects.all())) == (
        JobState.DONE,
        made.pk,
        [made],
    )


def test_coordinator_may_not_order(region, now):
    with pytest.raises(NotAllowed):
        order_identification(
            academic_year=2021,
            edition=MethodologyEdition.objects.get(methodology__code="federal"),
            region=region.region,
            actor=region.coordinator,
            now=now,
        )


def test_permission_lost_while_waiting_is_a_refusal(region, now):
    job = order_job(
        kind=JOB_KIND,
        payload={
            "academic_year": 2021,
            "edition": MethodologyEdition.objects.get(methodology__code="federal").pk,
            "unit": region.region.pk,
        },
        actor=region.coordinator,
        now=now,
    )

    ended = run_now(job)

    assert (ended.state, ended.failure) == (
        JobState.FAILED,
        "Нет права «проводить идентификацию»: Красноярский край.",
    )
