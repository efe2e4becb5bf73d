"""The editor of methods: what is shown is what is saved, a new edition, a second method without code, comparison."""

import pytest
from django.urls import reverse

from monitoring.models import Finding, IdentificationRun, Methodology, MethodologyEdition
from monitoring.selectors.methods import differences, in_words
from tests.monitoring.identified import FINE, identify


def edition(code="federal"):
    return MethodologyEdition.objects.get(methodology__code=code, is_current=True)


def typed(page) -> dict[str, object]:
    """Return what a browser would send of the editor as it was shown."""
    editor, data = page.context["editor"], {}
    forms = [
        editor.parameters,
        page.context["form"],
        *editor.procedures,
        *editor.variables,
        editor.procedures.management_form,
        editor.variables.management_form,
    ]
    if "naming" in page.context:
        forms.append(page.context["naming"])
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value is not None and value is not False and value != "":
                data[field.html_name] = value if isinstance(value, list) else str(value)
    return data


@pytest.fixture
def centre(client, drawn_region):
    drawn_region.school("131001", "Школа 1", FINE)
    client.force_login(drawn_region.centre)
    return client


@pytest.mark.parametrize("code", ["federal", "integral"])
def test_editor_sends_back_what_it_was_given(centre, code):
    address = reverse("monitoring:method-edit", args=[edition(code).methodology_id])
    data = typed(centre.get(address)) | {"note": "проверка"}

    page = centre.post(address, data)

    assert page.context["mistakes"] == ["Редакция 1 уже задаёт эти параметры."]
    assert in_words(edition(code).parameters) == in_words(page.context["editor"].written())


def test_change_is_saved_as_a_new_edition_with_its_document(centre, drawn_region):
    first = edition("integral")
    address = reverse("monitoring:method-edit", args=[first.methodology_id])
    data = typed(centre.get(address)) | {
        "conditions_percentile": "30",
        "variables-0-weight": "2,5",
        "valid_from": "2021-09-01",
        "note": "Границы уточнены",
        "title": "О методике",
        "number": "17",
        "dated_on": "2021-08-30",
    }

    page = centre.post(address, data)

    second = edition("integral")
    assert page.url == reverse("monitoring:method", args=[first.methodology_id])
    assert (second.number, second.note, second.document.number) == (2, "Границы уточнены", "17")
    changed = differences(first.parameters, second.parameters)
    assert [(one.section, one.title, one.before, one.after) for one in changed] == [
        ("Социальные условия", "Нижняя доля школ, %", "25", "30"),
        (
            "Переменные условий",
            "Оба родителя с высшим образованием",
            "оба родителя с высшим образованием на 100 «обучающихся всего»; больше — лучше; вес 1",
            "оба родителя с высшим образованием на 100 «обучающихся всего»; больше — лучше; вес 2,5",
        ),
    ]  # fmt: skip


def test_variable_is_removed_and_another_added_in_a_spare_row(centre):
    address = reverse("monitoring:method-edit", args=[edition("integral").methodology_id])
    data = typed(centre.get(address)) | {
        "variables-0-DELETE": "on",
        "variables-9-title": "Учителей на 100 учеников",
        "variables-9-figure": "teachers",
        "variables-9-per": "pupils",
        "variables-9-sign": "+",
        "variables-9-weight": "1",
        "variables-9-transform": "none",
        "note": "кадры",
    }

    centre.post(address, data)

    variables = edition("integral").parameters["conditions"]["variables"]
    assert [one["code"] for one in variables][0] == "single_parent"
    assert variables[-1] == {
        "code": "teachers", "title": "Учителей на 100 учеников", "figure": "teachers", "sign": "+", "per": "pupils",
        "weight": 1,
    }  # fmt: skip


def test_second_method_is_made_and_run_without_code(centre, drawn_region):
    address = f"{reverse('monitoring:method-new')}?from=federal"
    data = typed(centre.get(address)) | {
        "code": "own",
        "name": "Своя методика",
        "note": "По решению совета",
        "threshold_percent": "20",
        "procedures_needed": "1",
        "min_participants": "5",
    }

    page = centre.post(address, data)

    made = Methodology.objects.get(code="own")
    assert page.url == reverse("monitoring:method", args=[made.pk])
    run = identify(drawn_region, "own")
    assert Finding.objects.get(run=run).categories == ["low_results"]  # 3 of 12 is 25 %


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"threshold_percent": "0"}, "Убедитесь, что это значение больше либо равно 1."),
        ({"procedures-0-subjects": "Русский"}, "Предмета «Русский» нет."),
        ({"procedures_needed": "40"}, "Нужно процедур: 40, а перечислено 8: условие не выполнится никогда."),
        ({"note": ""}, "Обязательное поле."),
        ({"title": "О методике"}, "Нет ни номера, ни ссылки."),
        ({"has_resilience": "on"}, "«resilience» задана без «conditions»"),
    ],
)
def test_wrong_editions_are_refused_in_sentences_and_nothing_typed_is_lost(centre, change, sentence):
    address = reverse("monitoring:method-edit", args=[edition().methodology_id])
    data = typed(centre.get(address)) | {"note": "проба", "look_back_years": "5"} | change

    page = centre.post(address, data)

    assert page.status_code == 422
    assert sentence in page.text
    assert page.context["editor"].parameters["look_back_years"].value() == "5"
    assert edition().number == 1


def test_taken_code_is_refused(centre):
    address = reverse("monitoring:method-new")
    data = typed(centre.get(address)) | {"code": "federal", "name": "Двойник", "note": "проба"}

    page = centre.post(address, data)

    assert (page.status_code, Methodology.objects.count()) == (422, 2)
    assert "Методика с кодом «federal» уже есть" in page.text


def test_coordinator_reads_methods_and_changes_none(client, drawn_region):
    client.force_login(drawn_region.coordinator)
    method = edition().methodology_id
    address = reverse("monitoring:method-edit", args=[method])

    assert "Изменить" not in client.get(reverse("monitoring:method", args=[method])).text
    refused = client.post(address, typed(client.get(address)) | {"note": "проба", "threshold_percent": "50"})

    assert (refused.status_code, edition().number) == (403, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_methods_are_listed_in_constant_queries(client, drawn_region, django_assert_num_queries, count):
    for number in range(count):
        made = Methodology.objects.create(code=f"own-{number}", kind="federal", name=f"Своя {number}")
        MethodologyEdition.objects.create(
            methodology=made, number=1, valid_from="2021-09-01", parameters=edition().parameters,
            created_by=drawn_region.centre, created_at=drawn_region.now,
        )  # fmt: skip
    client.force_login(drawn_region.coordinator)

    with django_assert_num_queries(6):
        page = client.get(reverse("monitoring:method-list"))

    codes = [one.methodology.code for one in page.context["editions"]]
    assert codes == ["federal", "integral", *(f"own-{number}" for number in range(count))]


def test_old_edition_is_shown_and_compared_and_its_runs_counted(centre, drawn_region):
    identify(drawn_region)
    address = reverse("monitoring:method-edit", args=[edition().methodology_id])
    centre.post(address, typed(centre.get(address)) | {"note": "порог", "threshold_percent": "40"})
    method = reverse("monitoring:method", args=[edition().methodology_id])

    old = centre.get(f"{method}?edition=1")
    compared = centre.get(f"{method}?edition=2&with=1")

    assert [(one.number, one.run_count) for one in old.context["editions"]] == [(2, 0), (1, 1)]
    assert (old.context["edition"].number, "заменена более новой" in old.text) == (1, True)
    assert [(one.title, one.before, one.after) for one in compared.context["differences"]] == [
        ("Порог: доля не справившихся, %", "30", "40")
    ]
    assert IdentificationRun.objects.get().edition.number == 1
