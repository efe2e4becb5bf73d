"""Which passwords are taken."""

import pytest

from accounts.services.people import PasswordTooWeak, change_password, create_user, generate_password, system_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(now):
    told = {"full_name": "Переправина Анна Петровна", "email": "pereprava@example.ru"}
    return create_user(login="perepravina", actor=system_user(), now=now, password="берег-енисея-0", **told)[0]


def refused(user, password, now) -> str:
    with pytest.raises(PasswordTooWeak) as refusal:
        change_password(user=user, password=password, actor=user, now=now)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("короткий-11", "слишком короткий. Он должен состоять из как минимум 12 символов"),
        ("password1234", "слишком широко распространён"),
        ("зфыыцщкв1234", "набранный в русской раскладке"),
        ("ЗФЫЫЦЩКВ1234", "набранный в русской раскладке"),
        ("184756203948", "только из цифр"),
        ("perepravina1", "слишком похож на логин"),
        ("Переправина-1", "слишком похож на фамилия, имя, отчество"),
        ("pereprava.example", "слишком похож на электронная почта"),
    ],
)
def test_what_is_guessed_first_is_refused_in_russian(anna, now, password, reason):
    assert reason in refused(anna, password, now)


def test_the_length_is_a_setting_that_made_up_passwords_follow(settings):
    settings.PASSWORD_MIN_LENGTH = 20

    assert len(generate_password()) == 20


def test_the_present_and_the_five_former_passwords_are_not_taken_again(anna, now):
    used = [f"берег-енисея-{number}" for number in range(8)]
    for password in used[1:]:
        change_password(user=anna, password=password, actor=anna, now=now)

    said = {refused(anna, password, now) for password in used[2:]}
    assert said == {"Этот пароль у вас уже был. Придумайте другой."}
    assert anna.former_passwords.count() == 5
    change_password(user=anna, password=used[0], actor=anna, now=now)


def test_former_passwords_are_kept_as_hashes(anna, now):
    change_password(user=anna, password="берег-енисея-1", actor=anna, now=now)

    assert "енисея" not in anna.former_passwords.get().password
    assert anna.password_changed_at == now
