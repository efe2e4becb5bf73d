"""`load_methodology`: a framework from a folder outside the program, by versions."""

import re
import shutil
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from indicators.services.documents import Order
from programmes.catalogue import CATALOGUES
from programmes.enums import ChangeCause
from programmes.models import Programme, Target
from programmes.selectors.targets import targets_with_changes
from programmes.services.amendment import amend_programme
from programmes.services.targets import Wanted, change_target


@pytest.fixture
def package(tmp_path):
    """A package of next year's framework: the municipal programme under a code of its own, and how to change it."""
    folder = tmp_path / "framework-2024"
    shutil.copytree(CATALOGUES / "mppko-kezhma-2022-2023", folder)

    def change(file, old, new):
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    file = folder / "programme.yaml"
    file.write_text(re.sub(r"(?m)^version: .*$", 'version: "1"', file.read_text(encoding="utf-8")), encoding="utf-8")
    change("programme.yaml", "code: mppko-kezhma-2022-2023", "code: framework-2024")
    return change


ROW = "1.1 «Доля ОУ, в которых система работы выстроена на выявлении и ликвидации профессио…»"
NINETY = '{operator: at_least, value: 90, scope: whole, text: "не менее 90%"}'
NINETY_TWO = '{operator: at_least, value: 92, scope: whole, text: "не менее 92%"}'
AMENDMENT = "amendment: {title: О внесении изменений в программу, number: 7-п, date: 2021-10-01}"


def target():
    return Target.objects.get(programme_indicator__number="1.1", period__code="2023")


def run(*arguments, **options):
    out = StringIO()
    call_command("load_methodology", *arguments, stdout=out, **options)
    return out.getvalue().splitlines()


def test_a_package_is_looked_at_installed_and_updated(land, package):
    folder = package("programme.yaml", "short_title: МППКО", "short_title: Методика")

    looked = run(folder, dry_run=True)
    assert looked[0] == "Пакет «framework-2024», версия 1; в портале её нет."
    assert looked[-1] == "Ничего не записано: это был просмотр."
    assert not Programme.objects.exists()

    assert run(folder)[-1] == "Загружена программа «Методика Кежемского района 2022–2023»."
    package("programme.yaml", 'version: "1"', 'version: "1.1"')
    package(
        "indicators/1.yaml",
        '{operator: at_least, value: 90, scope: whole, text: "не менее 90%"}',
        '{operator: at_least, value: 92, scope: whole, text: "не менее 92%"}',
    )
    updated = run(folder / "programme.yaml")

    assert updated[:5] == [
        "Пакет «framework-2024», версия 1.1; в портале версия 1.",
        "Изменено, программа: 1",
        "  Методика Кежемского района 2022–2023 — версия каталога: было 1, стало 1.1",
        "Изменено, цели: 1",
        f"  {ROW}, 2023 год — цель: было ≥\xa090\xa0%, стало ≥\xa092\xa0%",
    ]
    assert Programme.objects.get().version == "1.1"
    assert target().value == 92


def test_next_version_says_each_thing_that_was_and_becomes_before_it_is_loaded(land, package):
    folder = package("programme.yaml", 'version: "1"', 'version: "1.0"')
    run(folder)
    package("programme.yaml", 'version: "1.0"', f'version: "2.0"\n{AMENDMENT}')
    package("indicators/1.yaml", NINETY, NINETY_TWO)
    package("indicators/1.yaml", "name: Доля ОУ, в которых", "name: Доля школ, в которых")
    package("indicators/1.yaml", 'yes_no: "Система работы школы', 'yes_no: "Работа школы')

    looked = run(folder, dry_run=True)

    assert target().value == 90
    was, becomes = "Доля ОУ, в которых", "Доля школ, в которых"
    told = [line for line in looked if line.startswith("  ") and "версия каталога" not in line]
    question, name, figure = told
    assert (
        question.startswith("  «Система работы школы выстроена") and "» — что вносится: было Система работы" in question
    )
    assert name.startswith(f"  {ROW} — название: было {was}") and f"…, станет {becomes}" in name
    assert figure.startswith("  1.1 «Доля школ, в которых")
    assert figure.endswith("…», 2023 год — цель: было ≥\xa090\xa0%, станет ≥\xa092\xa0%")


def test_a_target_changed_by_a_package_keeps_the_package_and_its_order(land, package):
    folder = package("programme.yaml", 'version: "1"', 'version: "1.0"')
    run(folder)
    package("programme.yaml", 'version: "1.0"', f'version: "1.1"\n{AMENDMENT}')
    package("indicators/1.yaml", NINETY, NINETY_TWO)

    run(folder)

    change = target().changes.get()
    assert (change.was["value"], change.became["value"], change.cause) == ("90", "92", ChangeCause.PACKAGE)
    assert change.reason == "Загружен пакет «framework-2024», версия 1.1"
    assert str(change.document) == "О внесении изменений в программу № 7-п от 01.10.2021"
    (line,) = [line for line in targets_with_changes(Programme.objects.get()) if line.changes]
    assert line.changes[0].said == "было ≥\xa090\xa0%, стало ≥\xa092\xa0%"


def test_the_same_version_with_another_content_is_refused(land, package):
    folder = package("programme.yaml", 'version: "1"', 'version: "1.0"')
    run(folder)
    package("indicators/1.yaml", NINETY, NINETY_TWO)
    said = (
        "«МППКО Кежемского района 2022–2023»: версия 1.0 уже загружена с другим содержанием. Чтобы загрузить "
        "изменения, поднимите version в programme.yaml."
    )

    assert run(folder, dry_run=True)[-2:] == [said, "Ничего не записано: это был просмотр."]
    with pytest.raises(CommandError) as refused:
        run(folder)

    assert str(refused.value) == said
    assert target().value == 90


def test_what_people_decided_in_the_portal_stays_and_is_told(land, package, now):
    now += timedelta(days=100)
    folder = package("programme.yaml", 'version: "1"', 'version: "1.0"')
    run(folder)
    order = Order("5-п", date(2021, 12, 30), "")
    change_target(
        target=target(), wanted=Wanted("at_least", Decimal(85)), actor=land.coordinator, now=now, cause="order",
        reason="Снижено приказом", order=order, signatory=land.head,
    )  # fmt: skip
    amend_programme(
        programme=Programme.objects.get(), title="Программа, как её назвали приказом", starts_on=date(2021, 12, 21),
        ends_on=date(2023, 12, 31), order=order, reason="Уточнено", actor=land.approver, now=now,
    )  # fmt: skip
    package("programme.yaml", 'version: "1.0"', 'version: "1.1"')
    package("indicators/1.yaml", NINETY, NINETY_TWO)

    updated = run(folder)

    assert target().value == 85
    assert Programme.objects.get().title == "Программа, как её назвали приказом"
    start = updated.index("Решено в портале и оставлено так, программа: 1")
    assert updated[start + 2 : start + 4] == [
        "Решено в портале и оставлено так, цели: 1",
        f"  {ROW}, 2023 год: в портале ≥\xa085\xa0% (изменена 23.02.2022, Решение о цели показателя 1.1: "
        "МППКО Кежемского района 2022–2023 № 5-п от 30.12.2021), в пакете ≥\xa092\xa0%",
    ]


def test_an_older_version_is_refused(land, package):
    folder = package("programme.yaml", 'version: "1"', 'version: "1.10"')
    run(folder)
    package("programme.yaml", 'version: "1.10"', 'version: "1.9"')

    with pytest.raises(CommandError) as refused:
        run(folder)

    assert str(refused.value) == (
        "«МППКО Кежемского района 2022–2023»: в портале версия 1.10, а в пакете — 1.9, старше её. "
        "Загрузите пакет не старше того, что в портале."
    )


def test_a_mistake_is_told_with_its_place_and_nothing_is_written(land, package):
    folder = package(
        "indicators/1.yaml",
        'counted: {what: "педагог", out: "педагоги школ, не внёсших число или социальный паспорт"}',
        "counted: {}",
    )

    with pytest.raises(CommandError) as refused:
        run(folder)

    rows = (folder / "indicators" / "1.yaml").read_text(encoding="utf-8").split("\n")
    line = rows.index('  - number: "1.7"') + 1
    assert str(refused.value).splitlines()[0] == (
        f"framework-2024/indicators/1.yaml, строка {line}, раздел indicators, № 1.7 (kezhma_1_7): "
        "не сказано, что считается (ученик, работа, школа…): нужно counted.what («—», если неприменимо)."
    )
    assert not Programme.objects.exists()


def test_a_folder_that_is_no_package_is_refused(tmp_path):
    with pytest.raises(CommandError) as refused:
        run(tmp_path)

    assert str(refused.value) == f"В «{tmp_path}» нет файла programme.yaml: это не пакет методики. Укажите его папку."


def test_a_name_that_no_folder_can_have_is_refused_alike():
    name = "x" * 5000

    with pytest.raises(CommandError) as refused:
        run(Path(name))

    assert str(refused.value) == f"В «{name}» нет файла programme.yaml: это не пакет методики. Укажите его папку."


def test_a_list_that_is_too_long_is_said_to_be(land, package):
    many = ", ".join(f"[к{number}, Имя {number}]" for number in range(40))
    folder = package(
        "indicators/1.yaml",
        "{code: педагоги_в_сообществах,",
        f"{{code: педагоги_в_сообществах, breakdown: {{name: по видам, categories: [{many}]}},",
    )

    with pytest.raises(CommandError) as refused:
        run(folder)

    assert [line.split(": ", 1)[1] for line in str(refused.value).splitlines()] == [
        "записано 40, а бывает не больше 30."
    ]
