"""`load_programme` and what it says."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from programmes.models import Programme
from roadmap.models import Activity


def run(*arguments, **options):
    out = StringIO()
    call_command("load_programme", *arguments, stdout=out, **options)
    return out.getvalue()


def test_looking_says_what_would_be_done_and_does_nothing(land):
    said = run("rppko-2020-2022", dry_run=True)

    assert "Добавлено, мероприятия: 32 (1, 2, 3, 4, 5, 6, 7, 8 …)" in said
    assert said.endswith("Ничего не записано: это был просмотр.\n")
    assert not Programme.objects.exists()


def test_loading_does_it_and_a_second_time_leaves_everything(land):
    assert "Загружена программа «РППКО 2020–2022»." in run("rppko-2020-2022")
    assert Activity.objects.count() == 32

    assert run("rppko-2020-2022").endswith("«РППКО 2020–2022» уже загружена: изменений нет.\n")


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        (
            ["kezhma"],
            {},
            "Каталога «kezhma» нет. Есть: concept-tasseevo, ksko-plan-udo-2022-2023, mppko-kezhma-2022-2023, "
            "resolution-august-council-2020, rppko-2020-2022.",
        ),
        (["rppko-2020-2022"], {"login": "nobody"}, "Пользователя «nobody» нет. Проверьте логин."),
        (["rppko-2020-2022"], {"login": "coordinator"}, "Нет права «вести программы»: Красноярский край."),
    ],
)
def test_refusals_are_one_sentence(land, arguments, options, said):
    with pytest.raises(CommandError) as refused:
        run(*arguments, **options)

    assert str(refused.value) == said
