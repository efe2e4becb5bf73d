"""Pages of the register: the list of schools, and files about them."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.permissions import Role
from accounts.services.people import system_user
from jobs.enums import JobState, UploadState
from jobs.models import Job, Upload
from jobs.selectors import Instead, offered_instead
from jobs.services.running import run_pending
from schools.enums import Kind, Locality, OperationKind, SchoolLevel, SchoolType
from schools.models import SchoolYear, Unit
from tests.factories.schools import make_district, make_municipality, make_region, make_school, make_user
from tests.schools.services.test_operations import DAY, do
from tests.schools.tables import HEAD, school_row, xlsx_file

pytestmark = pytest.mark.django_db
LIST = "/schools/"
IMPORT = "/schools/import/"


@pytest.fixture
def kezhma() -> Unit:
    return make_municipality(make_district(make_region()), "131", "Кежемский район")


@pytest.fixture
def kansk(kezhma) -> Unit:
    return make_municipality(make_district(kezhma.parent.parent, "vostochny"), "109", "город Канск")


@pytest.fixture
def coordinator(kezhma):
    return make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)


@pytest.fixture
def analyst(kezhma):
    return make_user("analyst", Role.MINISTRY_ANALYST, kezhma.parent.parent)


def codes(response) -> list[str]:
    return [unit.code for unit in response.context["page"]]


@pytest.mark.parametrize("count", [1, 3])
def test_a_coordinator_sees_the_own_schools_in_constant_queries(
    client, kezhma, kansk, coordinator, count, django_assert_num_queries
):
    mine = [make_school(kezhma, f"13100{number}") for number in range(1, count + 1)]
    make_school(kansk, "109001")
    client.force_login(coordinator)
    client.get(LIST)

    with django_assert_num_queries(9):  # session, person, root, year, places, projects, count, rows, appointments
        response = client.get(LIST)

    assert codes(response) == [unit.code for unit in mine]
    assert "109001" not in response.content.decode()
    assert "within" not in response.context["form"].fields


def test_a_school_sees_itself(client, kezhma):
    school = make_school(kezhma, "131001")
    make_school(kezhma, "131002")
    client.force_login(make_user("editor", Role.SCHOOL_EDITOR, school))

    assert codes(client.get(LIST)) == ["131001"]


def test_who_has_no_appointment_sees_nothing(client, kezhma):
    make_school(kezhma, "131001")
    client.force_login(make_user("nobody"))

    assert codes(client.get(LIST)) == []


def test_filters_narrow_and_are_kept_in_the_address(client, kezhma, kansk, analyst):
    make_school(kezhma, "131001", name="Берёзовская НОШ", level=SchoolLevel.PRIMARY)
    make_school(kezhma, "131002", "edu240622", name="Имбинская СОШ", locality=Locality.URBAN)
    make_school(kansk, "109001", name="Гимназия № 1", type=SchoolType.ADVANCED)
    client.force_login(analyst)

    def found(query: str) -> list[str]:
        return codes(client.get(LIST + query))

    assert found("?q=березовская") == ["131001"]
    assert found("?q=EDU240622") == ["131002"]
    assert found("?q=гимназия+1") == ["109001"]
    assert found("?level=primary") == ["131001"]
    assert found("?locality=urban") == ["131002"]
    assert found("?type=advanced") == ["109001"]
    assert found(f"?within={kezhma.pk}") == ["131001", "131002"]
    assert found(f"?within={kansk.parent.pk}") == ["109001"]
    assert found("?level=nonsense&within=x") == ["131001", "109001", "131002"]


def test_closed_schools_are_shown_when_asked(client, kezhma, analyst):
    make_school(kezhma, "131001")
    do(OperationKind.CLOSE, make_school(kezhma, "131002"), on=DAY)
    client.force_login(analyst)

    assert codes(client.get(LIST)) == ["131001"]
    assert codes(client.get(LIST + "?closed=yes")) == ["131002"]
    assert codes(client.get(LIST + "?closed=any")) == ["131001", "131002"]


def test_sorting_knows_levels_and_leaves_the_unknown_last(client, kezhma, analyst, now):
    for code, level, pupils in (("131001", "secondary", 10), ("131002", "primary", None), ("131003", "basic", 300)):
        unit = make_school(kezhma, code, level=SchoolLevel(level))
        SchoolYear.objects.create(
            unit=unit, academic_year=2021, pupils=pupils, entered_by=system_user(), entered_at=now
        )
    client.force_login(analyst)

    assert codes(client.get(LIST + "?sort=level")) == ["131002", "131003", "131001"]
    assert codes(client.get(LIST + "?sort=-pupils")) == ["131003", "131001", "131002"]


def test_pupils_are_of_the_newest_passport_up_to_the_chosen_year(client, kezhma, analyst, now):
    unit = make_school(kezhma, "131001")
    for year, pupils in ((2020, 100), (2021, 90)):
        SchoolYear.objects.create(unit=unit, academic_year=year, pupils=pupils, entered_by=analyst, entered_at=now)
    client.force_login(analyst)

    assert client.get(LIST + "?year=2022").context["page"].rows[0].pupils == 90
    assert client.get(LIST + "?year=2020").context["page"].rows[0].pupils == 100


def test_files_hold_exactly_what_is_filtered(client, kezhma, kansk, coordinator):
    make_school(kezhma, "131001", "edu240621", name="=СОШ", level=SchoolLevel.BASIC)
    make_school(kezhma, "131002")
    make_school(kansk, "109001")
    client.force_login(coordinator)

    lines = client.get(LIST + "?level=basic&file=csv").content.decode("utf-8-sig").splitlines()
    assert lines[1] == "131001;edu240621;;'=СОШ;'=СОШ;131;Кежемский район;школа;ООО;село;обычная;;"
    assert len(lines) == 2
    assert client.get(LIST + "?file=xlsx").content.startswith(b"PK")


def test_more_schools_cost_no_more_queries(client, kezhma, analyst, django_assert_max_num_queries):
    for number in range(30):
        make_school(kezhma, f"131{number:03}")
    client.force_login(analyst)

    with django_assert_max_num_queries(9):
        page = client.get(LIST + "?page_size=200").context["page"]
    assert len(page) == 30


# --- Files -------------------------------------------------------------------------------------------------------


@pytest.fixture
def hand_in(client) -> Callable[..., Job]:
    """Hand a file in through the page, let a worker read it, and return the job."""

    def handed(*rows, name: str = "schools.xlsx", head=HEAD) -> Job:
        file = SimpleUploadedFile(name, xlsx_file([head, *rows]))
        response = client.post(IMPORT, {"file": file, "year": ""})
        assert response.status_code == 302, response.content.decode()
        run_pending()
        return Job.objects.get(kind="schools.read_file")

    return handed


def test_a_register_is_handed_in_shown_and_taken(client, kezhma, analyst, hand_in):
    client.force_login(analyst)
    job = hand_in(school_row("131001"))

    assert job.state == JobState.DONE, job.failure
    preview = client.get(reverse("schools:import-preview", args=[job.pk]))
    assert preview.context["waits"] is True
    assert preview.context["plan"]["counts"] == {"opened": 0, "added": 1, "changed": 0}
    assert not Unit.objects.of_kind(Kind.SCHOOL).exists()

    response = client.post(reverse("schools:import-take", args=[job.pk]))
    taking = Job.objects.get(kind="schools.take_file")
    assert response.headers["Location"] == reverse("jobs:job", args=[taking.pk])
    run_pending(kinds=["schools.take_file"])

    taking.refresh_from_db()
    assert (taking.state, taking.result["text"]) == (
        JobState.DONE,
        "Добавлено: школ 1; изменено: 0; без изменений: 0.",
    )
    assert Unit.objects.get(code="131001").parent == kezhma
    assert Upload.objects.get().state == UploadState.PARSED
    assert AuditEvent.objects.get(action="register.imported").actor_id == analyst.pk
    after = client.get(reverse("schools:import-preview", args=[job.pk]))
    assert after.context["waits"] is False


def test_a_file_that_is_dropped_changes_nothing(client, kezhma, analyst, hand_in):
    client.force_login(analyst)
    job = hand_in(school_row("131001"))

    client.post(reverse("schools:import-drop", args=[job.pk]))
    client.post(reverse("schools:import-take", args=[job.pk]))

    assert Upload.objects.get().state == UploadState.ERASED
    assert not Job.objects.filter(kind="schools.take_file").exists()
    assert not Unit.objects.of_kind(Kind.SCHOOL).exists()


def test_mistakes_are_shown_with_their_places_and_the_file_is_forgotten(client, kezhma, analyst, hand_in):
    client.force_login(analyst)
    job = hand_in(school_row("131001"), school_row("109001"))

    page = client.get(reverse("schools:import-preview", args=[job.pk]))
    assert page.context["waits"] is False
    assert [(problem["row"], problem["column"]) for problem in page.context["plan"]["problems"]] == [(3, "Код ОО")]
    assert "код ОО начинается не с кода муниципалитета 131" in page.content.decode()
    assert Upload.objects.get().state == UploadState.REFUSED


def test_a_table_of_something_else_is_refused_in_a_sentence(client, kezhma, analyst, hand_in):
    client.force_login(analyst)
    job = hand_in(["Иванова", "Анна"], head=["Фамилия", "Имя"])

    assert (job.state, job.failure.startswith("Таблица не узнана")) == (JobState.FAILED, True)
    assert offered_instead(job) == Instead("Загрузить исправленный файл", reverse("schools:import"))
    assert Upload.objects.get().state == UploadState.REFUSED


def test_a_coordinator_does_not_take_a_register(client, kezhma, coordinator, hand_in):
    client.force_login(coordinator)
    job = hand_in(school_row("131001"))

    assert (job.state, job.failure) == (
        JobState.FAILED,
        "Нет права «вести реестр организаций»: Красноярский край.",
    )


def test_a_coordinator_takes_passports_of_the_own_schools(client, kezhma, kansk, coordinator, hand_in):
    make_school(kezhma, "131001")
    make_school(kansk, "109001")
    client.force_login(coordinator)
    head = ["Код ОО", "Обучающихся всего", "малообеспеченные"]
    job = hand_in(["131001", 100, 40], name="паспорт 2021-2022.xlsx", head=head)

    client.post(reverse("schools:import-take", args=[job.pk]))
    run_pending(kinds=["schools.take_file"])

    assert SchoolYear.objects.get().pupils == 100


def test_who_keeps_neither_register_nor_passports_hands_nothing_in(client, kezhma):
    client.force_login(make_user("approver", Role.MINISTRY_APPROVER, kezhma.parent.parent))

    response = client.post(IMPORT, {"file": SimpleUploadedFile("schools.xlsx", xlsx_file([HEAD])), "year": ""})

    assert response.status_code == 403
    assert not Upload.objects.exists()
    denied = AuditEvent.objects.get(action="access.denied")
    assert (denied.via, denied.after, denied.reason) == (
        "page",
        {"method": "POST", "path": IMPORT},
        "Нет права загружать реестр школ или паспорта.",
    )


def test_files_of_others_are_not_seen(client, kezhma, analyst, coordinator, hand_in):
    client.force_login(analyst)
    job = hand_in(school_row("131001"))
    client.force_login(coordinator)

    assert client.get(reverse("schools:import-preview", args=[job.pk])).status_code == 404
    assert client.post(reverse("schools:import-take", args=[job.pk])).status_code == 404


def test_a_form_without_a_file_says_so(client, kezhma, analyst):
    client.force_login(analyst)

    assert client.post(IMPORT, {"year": ""}).status_code == 422
    response = client.post(IMPORT, {"file": SimpleUploadedFile("a.xlsx", b"PK"), "year": "2021/25"})
    assert (response.status_code, "второй год должен идти сразу за первым" in response.content.decode()) == (422, True)


# --- About oneself -----------------------------------------------------------------------------------------------


def test_the_profile_says_where_one_works_and_what_one_may_open(client, kezhma, coordinator, analyst):
    client.force_login(coordinator)
    page = client.get(reverse("accounts:profile")).content.decode()
    assert "Кежемский район" in page
    assert reverse("accounts:token-list") in page
    assert reverse("reports:journal") not in page

    client.force_login(analyst)
    assert reverse("reports:journal") in client.get(reverse("accounts:profile")).content.decode()


def test_who_has_left_is_out_at_the_next_request(client, coordinator):
    client.force_login(coordinator)
    assert client.get(LIST).status_code == 200

    coordinator.is_active = False
    coordinator.save()
    assert client.get(LIST).status_code == 302
