"""Pages of loads and results: who sees what, in how many queries, and the way of a file through the browser."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.permissions import Role
from jobs.models import Job
from jobs.services.running import run_pending
from monitoring.enums import LoadState
from monitoring.layouts.identity import Hints
from monitoring.models import Load, Procedure, SchoolResult
from monitoring.services import accepting, reading
from monitoring.services.importing import ResultFile, preview_file
from monitoring.services.reading import keep_load, staging_root, store_upload
from tests.factories.schools import make_user
from tests.monitoring.loads.conftest import left_on_disk
from tests.monitoring.loads.files import counts, csv, fisoko, pupil

GONE = "Выбранного больше нет среди тех, кто вправе. Выберите ещё раз."
KINDS = {reading.JOB_KIND, accepting.JOB_KIND}
TITLE = "ВПР 2021 Математика {} класс"


def previewed(centre, name: str, data: bytes) -> Load:
    """A load that waits, its rows not kept."""
    given = {"unit": centre.region, "actor": centre.operator, "now": centre.now}
    summary = preview_file(file=ResultFile(name, data), hints=Hints(), **given)
    upload = store_upload(name=name, pieces=[data], actor=centre.operator, now=centre.now)
    return keep_load(upload=upload, summary=summary, staging=staging_root() / "gone", **given)


@pytest.mark.parametrize("count", [1, 3])
def test_list_shows_own_loads_in_constant_queries(client, centre, count, django_assert_num_queries):
    own = [
        centre.take(f"{grade}.csv", counts([["131001", 1, 0, 1, 0, 0]], TITLE.format(grade)), actor=centre.coordinator)
        for grade in range(4, 4 + count)
    ]
    centre.take("чужой.csv", counts([["147001", 1, 0, 1, 0, 0]], TITLE.format(4)), actor=centre.neighbour)
    client.force_login(centre.coordinator)
    address = reverse("monitoring:load-list")
    client.get(address)

    with django_assert_num_queries(6):  # session, user, appointments (at the root, of the top bar), count, loads
        response = client.get(address)

    assert {load.pk for load in response.context["page"]} == {load.pk for load in own}
    assert len(response.context["page"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_results_show_own_schools_in_constant_queries(client, centre, count, django_assert_num_queries):
    schools = ["131001", "131002"]
    rows = [[code, 12, 2, 5, 3, 2] for code in [*schools[: min(count, 2)], "147001"]]
    centre.take("oge.csv", counts(rows))
    if count == 3:
        centre.take("vpr.csv", counts([["131001", 4, 1, 1, 1, 1]], TITLE.format(5)))
    client.force_login(centre.coordinator)
    address = reverse("monitoring:result-list")
    client.get(address)

    with django_assert_num_queries(
        9
    ):  # session, user, what was held, whether borders moved, appointments (twice), count, keys, results
        response = client.get(address)

    assert {one.unit.code for one in response.context["page"]} == set(schools[:count])
    assert len(response.context["page"]) == count


def test_filters_and_files(client, centre):
    centre.take("oge.csv", counts([["131001", 12, 2, 5, 3, 2], ["131002", 6, 3, 1, 1, 1]]))
    client.force_login(centre.operator)
    address = reverse("monitoring:result-list")

    def codes(query: str) -> set[str]:
        return {one.unit.code for one in client.get(f"{address}?{query}").context["page"]}

    assert codes("school=131002") == {"131002"}
    assert codes("school=Тагарская") == {"131001"}
    assert codes("procedure=ОГЭ&subject=Русский+язык&grade=9&held=2020") == {"131001", "131002"}
    assert codes("held=2019") == {"131001", "131002"}  # no such year, so it narrows nothing
    assert codes(f"load={Load.objects.get().pk}&sort=-failed&page_size=1") == {"131002"}
    lines = client.get(f"{address}?file=csv&sort=n").content.decode("utf-8-sig").splitlines()
    assert lines[1] == (
        "131002;Имбинская СОШ;Кежемский район;ОГЭ;Русский язык;9;2020/21;6;3;50,0;количества по школам;oge.csv"
    )
    loads = client.get(f"{reverse('monitoring:load-list')}?state=undone")
    assert loads.context["page"].count == 0


def test_a_file_goes_through_the_browser(client, centre, data_dir, django_capture_on_commit_callbacks):
    client.force_login(centre.operator)
    file = SimpleUploadedFile("mat5.xlsx", fisoko([pupil(mark=2), pupil()]))
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("monitoring:load-upload"), {"files": file, "unit": centre.region.pk})
    job = Job.objects.get()
    assert response.headers["Location"] == reverse("jobs:job", args=[job.pk])
    with django_capture_on_commit_callbacks(execute=True):
        run_pending(kinds=KINDS)
    load = Load.objects.get()

    page = client.get(reverse("monitoring:load", args=[load.pk]))
    part = page.context["parts"][0]
    assert (part.title, part.schools, part.people, part.failed) == ("ВПР, Математика, 5 класс", 1, 2, 1)
    assert part.comparison == "загружается впервые"
    assert page.context["dropped"] == ["Код участника"]
    client.post(reverse("monitoring:load-accept", args=[load.pk]))
    waiting = client.get(reverse("monitoring:load", args=[load.pk]))
    assert waiting.context["is_own_job"] is True
    with django_capture_on_commit_callbacks(execute=True):
        run_pending(kinds=KINDS)
    result = SchoolResult.objects.get()
    opened = client.get(reverse("monitoring:result", args=[result.pk]))
    assert [(row.line, row.mark) for row in opened.context["page"]] == [(7, 2), (8, 4)]
    client.post(reverse("monitoring:load-undo", args=[load.pk]), {"reason": "проба"})
    load.refresh_from_db()
    assert (load.state, left_on_disk(data_dir)) == (LoadState.UNDONE, [])
    history = client.get(reverse("monitoring:result", args=[result.pk])).content.decode()
    assert "Это прежний результат" in history


def test_a_preview_says_what_it_would_change(centre, client):
    centre.take("oge.csv", counts([["131001", 12, 2, 5, 3, 2], ["131002", 6, 3, 1, 1, 1]]))
    load = previewed(centre, "oge-2.csv", counts([["131001", 12, 1, 6, 3, 2], ["147001", 6, 3, 1, 1, 1]]))
    client.force_login(centre.operator)
    page = client.get(reverse("monitoring:load", args=[load.pk]))

    assert page.context["parts"][0].comparison == "изменится 1\N{NO-BREAK SPACE}школа, впервые 1\N{NO-BREAK SPACE}школа"
    assert [one.upload.name for one in page.context["others"]] == ["oge.csv"]


def test_preview_in_few_queries(client, centre, django_assert_max_num_queries):
    centre.take("oge.csv", counts([["131001", 12, 2, 5, 3, 2]]))
    load = previewed(centre, "oge-2.csv", counts([["131001", 12, 1, 6, 3, 2], ["147001", 6, 3, 1, 1, 1]]))
    client.force_login(centre.operator)
    with django_assert_max_num_queries(12):
        client.get(reverse("monitoring:load", args=[load.pk]))


def test_a_result_in_few_queries(client, centre, django_assert_max_num_queries):
    centre.take("mat5.xlsx", fisoko([pupil(mark=2)] * 12))
    client.force_login(centre.school_editor)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("monitoring:result", args=[SchoolResult.objects.get().pk]))
    assert page.context["page"].count == 12


def test_problems_are_listed_and_come_back_marked(client, centre):
    load = previewed(centre, "mat5.xlsx", fisoko([pupil(mark=7), pupil("edu249999"), pupil(mark="Иванова")]))
    client.force_login(centre.operator)
    page = client.get(reverse("monitoring:load", args=[load.pk]))

    assert [(one.row, one.column, one.value) for one in page.context["page"]] == [
        (7, "Отметка", "7"), (8, "ОО", "edu249999"), (9, "Отметка", "скрыто"),
    ]  # fmt: skip
    assert b"disabled" in page.content
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("monitoring:load-marked", args=[load.pk])).content))
    sheet = book["Замечания"]
    head = [cell.value for cell in sheet[1]]
    assert head[:4] == ["Лист", "Строка", "ОО", "Муниципалитет"]
    first = dict(zip(head, sheet[2], strict=True))
    assert (first["Строка"].value, first["Отметка"].value, first["Отметка"].comment.text) == (
        7, "7", "не отметка от 2 до 5",
    )  # fmt: skip
    assert (first["Код участника"].value or "", first["Название ОО"].value or "") == ("", "")
    assert "Иванова" not in str([[cell.value for cell in row] for row in sheet])
    refused = client.post(reverse("monitoring:load-accept", args=[load.pk]), follow=True)
    assert "есть замечания" in refused.content.decode()


def test_nobody_else_answers_for_a_load_where_the_chosen_one_may_not(client, centre):
    load = previewed(centre, "mat5.xlsx", fisoko([pupil()] * 12))
    client.force_login(centre.operator)

    answer = client.post(
        reverse("monitoring:load-accept", args=[load.pk]), {"signatory": centre.neighbour.pk}, follow=True
    )

    assert [str(one) for one in answer.context["messages"]] == [GONE]
    assert not answer.context["is_busy"]


def test_a_neighbour_sees_nothing_and_may_do_nothing(client, centre):
    load = centre.take("mat5.xlsx", fisoko([pupil()] * 12), actor=centre.coordinator)
    result = SchoolResult.objects.get()
    client.force_login(centre.neighbour)
    for name, key in (("load", load.pk), ("load-marked", load.pk), ("result", result.pk)):
        assert client.get(reverse(f"monitoring:{name}", args=[key])).status_code == 404
    for name in ("load-accept", "load-cancel", "load-undo"):
        assert client.post(reverse(f"monitoring:{name}", args=[load.pk])).status_code == 404
    assert client.get(reverse("monitoring:load-list")).context["page"].count == 0
    assert client.get(reverse("monitoring:result-list")).context["page"].count == 0


def test_whoever_may_see_but_not_load_is_refused(client, centre):
    load = centre.take("mat5.xlsx", fisoko([pupil()] * 12))
    client.force_login(make_user("ministry", Role.MINISTRY_APPROVER, centre.region))

    page = client.get(reverse("monitoring:load", args=[load.pk]))
    assert b"load-undo" not in page.content and b"/undo/" not in page.content
    for name in ("load-accept", "load-cancel", "load-undo"):
        assert client.post(reverse(f"monitoring:{name}", args=[load.pk])).status_code == 403
    assert client.get(reverse("monitoring:load-upload")).status_code == 403
    result = client.get(reverse("monitoring:result", args=[SchoolResult.objects.get().pk]))
    assert (result.context["may_open"], result.context["page"].count) == (False, 0)


def test_a_coordinator_cannot_hand_in_for_another_place(client, centre):
    client.force_login(centre.coordinator)
    given = {"files": SimpleUploadedFile("a.csv", csv([["a"]])), "unit": centre.taseevo.pk}
    response = client.post(reverse("monitoring:load-upload"), given)

    assert (response.status_code, Job.objects.count()) == (422, 0)


def test_the_same_file_again_is_said_and_nothing_is_read(client, centre, data_dir, django_capture_on_commit_callbacks):
    data = fisoko([pupil()])
    centre.take("mat5.xlsx", data)
    client.force_login(centre.operator)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(
            reverse("monitoring:load-upload"),
            {"files": SimpleUploadedFile("mat5.xlsx", data), "unit": centre.region.pk},
            follow=True,
        )

    assert "ничего не изменилось" in response.content.decode()
    assert (Job.objects.filter(kind__in=KINDS).count(), left_on_disk(data_dir)) == (0, [])


def test_a_big_file_is_never_readable_on_the_disk(client, centre, data_dir, settings, monkeypatch):
    seen = []
    real = reading.keep_spooled

    def look(**given):
        seen.extend(path.read_bytes() for path in (data_dir / "spool").iterdir())
        return real(**given)

    monkeypatch.setattr(reading, "keep_spooled", look)
    data = "Фамилия;Преображенская\n".encode() * 200_000
    client.force_login(centre.operator)
    client.post(
        reverse("monitoring:load-upload"), {"files": SimpleUploadedFile("big.csv", data), "unit": centre.region.pk}
    )

    assert len(seen) == 1 and len(seen[0]) > len(data)
    assert "Преображенская".encode() not in seen[0]
    assert Job.objects.count() == 1
    assert len(left_on_disk(data_dir)) == 1


def test_a_file_of_a_form_that_is_wrong_is_erased(client, centre, data_dir):
    client.force_login(centre.operator)
    data = b"a;b\n" * 1_000_000
    given = {"files": SimpleUploadedFile("big.csv", data), "unit": centre.region.pk, "grade": "99"}
    response = client.post(reverse("monitoring:load-upload"), given)

    assert (response.status_code, left_on_disk(data_dir)) == (422, [])


def test_own_procedure_is_added_by_its_municipality(client, centre):
    client.force_login(centre.coordinator)
    given = {"owner": centre.kezhma.pk, "name": "МКР", "measure": "marks", "grades": ["5", "6"]}
    response = client.post(reverse("monitoring:procedure-add"), given)
    assert response.status_code == 302
    assert Procedure.objects.get(owner=centre.kezhma).terms["grades"] == [5, 6]
    again = client.post(reverse("monitoring:procedure-add"), {**given, "name": "мкр"})
    assert (again.status_code, Procedure.objects.filter(owner=centre.kezhma).count()) == (422, 1)
    names = {one.name for one in client.get(reverse("monitoring:procedure-list")).context["page"]}
    assert names == {"ВПР", "ОГЭ", "ЕГЭ", "КДР", "МКР"}
    assert client.get(reverse("monitoring:procedure-list") + "?procedure=ege").context["scales"][0].grade == 11
    client.force_login(centre.neighbour)
    names = {one.name for one in client.get(reverse("monitoring:procedure-list")).context["page"]}
    assert "МКР" not in names
    title = "МКР Математика 5 класс 2020/21 учебный год"
    own = centre.take("мкр.csv", counts([["131001", 4, 1, 1, 1, 1]], title), actor=centre.coordinator)
    assert own.parts.get().assessment.procedure.owner == centre.kezhma
