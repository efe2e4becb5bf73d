"""`load_methodology`: a framework from a folder outside the program, by versions."""

import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from programmes.catalogue import CATALOGUES
from programmes.models import Programme, Target


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

    change("programme.yaml", "code: mppko-kezhma-2022-2023", 'code: framework-2024\nversion: "1"')
    return change


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

    assert updated[:3] == [
        "Пакет «framework-2024», версия 1.1; в портале версия 1.",
        "Изменено, программа: 1 (Методика Кежемского района 2022–2023)",
        "Изменено, цели: 1 (1.1/2023)",
    ]
    assert Programme.objects.get().version == "1.1"
    assert Target.objects.get(programme_indicator__number="1.1", period__code="2023").value == 92


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
        "indicators/1.yaml", 'counted: {what: "педагог", out: "педагоги школ, не внёсших число"}', "counted: {}"
    )

    with pytest.raises(CommandError) as refused:
        run(folder)

    assert str(refused.value).splitlines()[0] == (
        "framework-2024/indicators/1.yaml, строка 107, № 1.7: не сказано, что считается (ученик, работа, школа…): "
        "нужно counted.what («—», если неприменимо)."
    )
    assert not Programme.objects.exists()


def test_a_folder_that_is_no_package_is_refused(tmp_path):
    with pytest.raises(CommandError) as refused:
        run(tmp_path)

    assert str(refused.value) == f"В «{tmp_path}» нет файла programme.yaml: это не пакет методики. Укажите его папку."
