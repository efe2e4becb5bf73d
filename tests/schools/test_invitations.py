"""Invitations: a link once, used once, for some days; many from one sheet, whole or not at all."""

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEvent, Invitation, User
from accounts.permissions import Role
from accounts.services.invitations import InvitationRefused, accept_invitation, invitation_of, make_invitation
from accounts.services.people import change_password, open_account, system_user
from schools.models import Appointment, Unit
from schools.services.staff import free_login
from tests.factories.schools import make_municipality, make_region, make_school, make_user
from tests.schools.tables import xlsx_file

pytestmark = pytest.mark.django_db
PASSWORD = "nadezhny-parol-2026"
HEAD = ["ФИО", "Должность", "Роль", "Код места", "Эл. почта", "Логин", "Приказ", "С", "По"]


@pytest.fixture
def kezhma() -> Unit:
    return make_municipality(make_region(), "131", "Кежемский район")


@pytest.fixture
def administrator(kezhma) -> User:
    return make_user("accounts", Role.ACCOUNT_ADMINISTRATOR, kezhma.parent)


@pytest.fixture
def invited(administrator, now) -> tuple[User, str]:
    user = open_account(login="sokolova.ap", full_name="Соколова А. П.", actor=administrator, now=timezone.now())
    return user, make_invitation(user=user, actor=administrator, now=timezone.now())[1]


def link_of(key: str) -> str:
    return reverse("accounts:invitation-link", args=[key])


def test_an_invited_person_says_the_name_chooses_a_password_and_signs_in(client, administrator, kezhma):
    client.force_login(administrator)
    form = {
        "full_name": "Соколова Анна Павловна",
        "role": "municipal_coordinator",
        "units": "131",
        "order": "№ 118-п",
        "starts_on": timezone.localdate(),
    }
    page = client.post(reverse("people:invite"), form)
    link = page.context["link"]
    person = User.objects.get(login="sokolova.ap")
    assert not person.has_usable_password()
    client.logout()

    shown = client.get(link.removeprefix("http://testserver"), follow=True)
    assert shown.request["PATH_INFO"] == "/accounts/invitation/"  # the key has left the address
    assert "муниципальный координатор, Кежемский район (№ 118-п)" in shown.text
    said = {"full_name": "Соколова-Ким Анна Павловна", "new": PASSWORD, "again": PASSWORD}
    done = client.post("/accounts/invitation/", said, follow=True)

    assert "Войдите с логином «sokolova.ap»" in done.text
    person.refresh_from_db()
    assert (person.check_password(PASSWORD), person.full_name) == (True, said["full_name"])
    assert client.get(link, follow=True).status_code == 404  # once


def test_a_link_is_kept_as_a_hash_only(invited):
    user, key = invited

    assert key not in str(list(Invitation.objects.values()))
    assert key not in str(list(AuditEvent.objects.values()))
    assert invitation_of(key, now=timezone.now()).user == user


@pytest.mark.parametrize("how", ["missing", "expired", "used", "replaced", "closed", "has a password"])
def test_a_link_that_opens_nothing_says_so_alike(client, invited, how):
    user, key = invited
    if how == "expired":
        Invitation.objects.update(expires_at=timezone.now())
    elif how == "used":
        accept_invitation(key=key, full_name="", password=PASSWORD, now=timezone.now())
    elif how == "replaced":
        make_invitation(user=user, actor=system_user(), now=timezone.now())
    elif how == "closed":
        User.objects.filter(pk=user.pk).update(is_active=False)
    elif how == "has a password":
        change_password(user=user, password="берег-енисея-5", actor=system_user(), now=timezone.now())

    response = client.get(link_of("нет такого" if how == "missing" else key), follow=True)

    assert (response.status_code, "её срок вышел, ею уже воспользовались" in response.text) == (404, True)
    with pytest.raises(InvitationRefused):
        accept_invitation(key=key if how != "missing" else "", full_name="", password=PASSWORD, now=timezone.now())


def test_a_weak_password_is_refused_and_the_link_stays(client, invited):
    client.get(link_of(invited[1]))

    said = {"full_name": "Соколова", "new": "12345678", "again": "12345678"}
    assert client.post("/accounts/invitation/", said).status_code == 422
    assert client.post("/accounts/invitation/", said | {"again": "87654321"}).status_code == 422
    assert not User.objects.get(pk=invited[0].pk).has_usable_password()
    assert invitation_of(invited[1], now=timezone.now())


def test_whoever_has_a_password_gets_no_link(client, administrator, kezhma):
    person = make_user("anna", Role.MUNICIPAL_COORDINATOR, kezhma, password=PASSWORD)
    client.force_login(administrator)

    page = client.post(reverse("people:link", args=[person.pk]), follow=True)

    assert "уже есть пароль" in page.text
    assert not Invitation.objects.exists()


def test_a_letter_goes_only_where_a_server_is_set(client, administrator, kezhma, settings):
    client.force_login(administrator)
    form = {
        "full_name": "Соколова Анна",
        "email": "a@example.ru",
        "role": "observer",
        "units": "131",
        "order": "№ 1",
        "starts_on": timezone.localdate(),
    }
    assert "передайте ссылку лично" in client.post(reverse("people:invite"), form).text
    assert mail.outbox == []

    settings.HAS_MAIL = True
    page = client.post(reverse("people:invite"), form | {"login": "second"})
    assert "отправлена письмом: a@example.ru" in page.text
    assert page.context["link"] in mail.outbox[0].body


def test_a_refused_invitation_leaves_no_account(client, kezhma):
    client.force_login(make_user("head", Role.MUNICIPAL_HEAD, kezhma))
    form = {"full_name": "Соколова Анна", "role": "observer", "units": "131", "order": "№ 1", "starts_on": "2026-09-01"}

    assert client.post(reverse("people:invite"), form | {"ends_on": "2020-01-01"}).status_code == 422
    assert client.post(reverse("people:invite"), form | {"login": "head"}).status_code == 422
    assert User.objects.filter(is_system=False).count() == 1


def test_logins_are_made_of_surname_and_initials(db):
    make_user("shcherbakova.ia")

    assert free_login("Щербакова Инна Алексеевна") == "shcherbakova.ia2"
    assert free_login("Ёлкин") == "elkin"
    assert free_login("★") == "user"


class TestSheet:
    def read(self, client, *rows, head=HEAD):
        file = SimpleUploadedFile("люди.xlsx", xlsx_file([head, *rows]))
        return client.post(reverse("people:sheet"), {"file": file})

    def apply(self, client, page):
        return client.post(reverse("people:sheet-apply"), {"rows": page.context["decision"]["rows"].value()})

    @pytest.fixture
    def rows(self, kezhma):
        make_school(kezhma, "131001")
        return [
            ["Соколова Анна Павловна", "специалист", "муниципальный координатор", 131, "", "", "№ 1", "01.09.2026", ""],
            ["Орлов Пётр Ильич", "директор", "Директор школы", "131001", "", "", "№ 2", "", ""],
            ["Орлов Павел Ильич", "", "expert", "131001; 131", "", "", "№ 3", "", "31.12.2027"],
        ]

    def test_everybody_is_invited_and_the_links_come_once(self, client, administrator, rows):
        client.force_login(administrator)

        page = self.read(client, *rows)
        assert (page.status_code, page.context["plan"].problems) == (200, [])
        assert User.objects.filter(is_system=False).count() == 1  # nothing is done before the decision
        answer = self.apply(client, page)

        sheet = load_workbook(io.BytesIO(answer.content)).active
        found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=6)]
        assert [row[4] for row in found] == ["sokolova.ap", "orlov.pi", "orlov.pi2"]
        key = found[1][5].rstrip("/").rpartition("/")[2]
        assert invitation_of(key, now=timezone.now()).user.login == "orlov.pi"
        assert set(Appointment.objects.filter(user__login="orlov.pi2").values_list("unit__code", flat=True)) == {
            "131",
            "131001",
        }
        invited = {"orlov.pi", "orlov.pi2", "sokolova.ap"}
        assert set(Invitation.objects.values_list("user__login", flat=True)) == invited

    def test_pressed_twice_it_invites_once(self, client, administrator, rows):
        client.force_login(administrator)
        page = self.read(client, *rows)
        self.apply(client, page)

        again = self.apply(client, page)
        assert (again.status_code, "Второй раз никто не приглашён" in again.text) == (422, True)
        assert User.objects.filter(is_system=False).count() == 4
        assert AuditEvent.objects.get(action="people.invited").after["rows"] == 3
        # The same file handed in once more is asked about: there may be two of a name.
        warned = self.read(client, *rows).context["plan"].warnings
        assert [words.partition(".")[0] for words in warned] == [
            "Строка 2: «Соколова Анна Павловна» среди ваших людей уже есть, логин sokolova",
            "Строка 3: «Орлов Пётр Ильич» среди ваших людей уже есть, логин orlov",
            "Строка 4: «Орлов Павел Ильич» среди ваших людей уже есть, логин orlov",
        ]

    def test_no_cell_is_cut_in_silence(self, client, administrator, rows):
        client.force_login(administrator)
        long = ["Белова Ольга Ивановна", "д" * 201, "эксперт", 131, "", "", "п" * 201, "01.09.0001", "31.12.2227"]

        page = self.read(client, long, ["Котов Илья", "д" * 200, "эксперт", 131, "", "", "п" * 200, "", ""])

        assert [(one["row"], one["column"], one["what"]) for one in page.context["plan"].problems] == [
            (2, "Должность", "знаков 201, а помещается 200"),
            (2, "Приказ", "знаков 201, а помещается 200"),
            (2, "С", "год 1: так не бывает"),
            (2, "По", "год 2227: так не бывает"),
        ]

    def test_what_is_wrong_is_said_by_row_and_nobody_is_invited(self, client, administrator, rows):
        client.force_login(administrator)
        wrong = [
            ["Соколова", "", "царь", "777", "не почта", "ЛОГИН", "", "вчера", ""],
            ["Белова Ольга", "", "школьный учитель", "131001", "", "", "", "", ""],
            ["Ильина Вера", "", "директор школы", "131", "", "", "", "", ""],
            ["Котов Илья", "", "эксперт", "131", "", "same", "", "", ""],
            ["Котов Олег", "", "эксперт", "131", "", "same", "", "", ""],
        ]

        page = self.read(client, *rows[:1], *wrong)

        told = {(one["row"], one["column"]) for one in page.context["plan"].problems}
        assert told == {
            (3, "С"),
            (3, "Роль"),
            (3, "ФИО"),
            (3, "Логин"),
            (3, "Эл. почта"),
            (3, "Код места"),
            (4, "Роль"),
            (5, "Код места"),
            (6, "Логин"),
            (7, "Логин"),
        }
        assert "Никто не приглашён" in page.text
        assert self.apply(client, page).status_code == 422
        assert User.objects.filter(is_system=False).count() == 1

    def test_nobody_gives_by_a_sheet_what_he_may_not_give(self, client, kezhma, rows):
        client.force_login(make_user("head", Role.MUNICIPAL_HEAD, kezhma))
        above = ["Белова Ольга", "", "утверждающий в министерстве", "24", "", "", "", "", ""]
        equal = ["Белова Ольга", "", "руководитель муниципального органа", "131", "", "", "", "", ""]

        page = self.read(client, above, equal)

        told = [(one["row"], one["what"]) for one in page.context["plan"].problems]
        assert told[0] == (2, "Места «24» среди ваших нет. Впишите его код или название.")
        assert told[1][1].startswith("Роль «руководитель муниципального органа» даёте не вы")

    def test_who_works_elsewhere_is_neither_named_nor_taken(self, client, kezhma):
        kansk = make_municipality(kezhma.parent, "109", "город Канск")
        foreign = make_user("kansk", Role.MUNICIPAL_COORDINATOR, kansk, full_name="Ильина Вера Николаевна")
        client.force_login(make_user("head", Role.MUNICIPAL_HEAD, kezhma))

        page = self.read(client, ["Чужой Человек", "", "муниципальный координатор", "131", "", "kansk", "", "", ""])

        assert [(one["column"], one["what"]) for one in page.context["plan"].problems] == [
            ("Логин", "этот логин занят")
        ]
        assert "Ильина" not in page.text
        assert list(foreign.appointments.values_list("unit__code", flat=True)) == ["109"]

    def test_somebody_known_is_appointed_once_more(self, client, administrator, kezhma):
        known = make_user("anna", Role.OBSERVER, kezhma, password=PASSWORD)
        client.force_login(administrator)

        page = self.read(client, ["Анна Известная", "", "эксперт", "131", "", "anna", "№ 7", "", ""])
        answer = self.apply(client, page)

        assert answer["Content-Type"].endswith("sheet")
        assert set(known.appointments.values_list("role", flat=True)) == {"observer", "expert"}
        assert not Invitation.objects.exists()

    def test_rows_of_another_hand_are_not_taken(self, client, administrator):
        client.force_login(administrator)

        answer = client.post(reverse("people:sheet-apply"), {"rows": "eyJyb3dzIjogW119:подделка"})
        assert (answer.status_code, "Просмотр устарел" in answer.text) == (422, True)

    @pytest.mark.parametrize("head", [["ФИО", "Роль"], ["Код ОО", "Наименование", "Муниципалитет", "Уровень"]])
    def test_another_table_is_not_taken(self, client, administrator, head):
        client.force_login(administrator)

        page = self.read(client, ["а"] * len(head), head=head)
        assert (page.status_code, "нужны столбцы «ФИО», «Роль» и «Код места»" in page.text) == (422, True)


def test_a_link_lasts_as_long_as_the_setting_says(invited, settings):
    sent = Invitation.objects.get()
    assert sent.expires_at - sent.created_at == timedelta(days=settings.INVITATION_DAYS)
