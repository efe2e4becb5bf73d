"""Writing definitions: a new indicator, a copy, a new edition that says why; the library by what editions say."""

from datetime import date

import pytest
from django.urls import reverse

from documents.enums import DocumentKind
from documents.models import Document
from indicators.enums import IndicatorKind, RollUp
from indicators.models import Indicator, IndicatorEdition
from indicators.services.definitions import CodeTaken, Definition, ReasonMissing, create_indicator, define_indicator
from indicators.services.recalculation import recalculate
from tests.indicators.territory import person

LIBRARY, NEW = reverse("indicators:library"), reverse("indicators:new")
BY_HAND = {
    "code": "written_here",
    "name": "Городских школ",
    "purpose": "Сколько школ сравнивать с сельскими",
    "kind": "count",
    "level": "school",
    "formula": "количество(школы, где не сельская)",
    "in_words": "Школы, которые стоят не на селе",
    "unit_of_measure": "школ",
    "precision": "0",
    "better": "more",
    "source": "раздел 4",
    "page": "12",
    "methodologist_named": "КК ИПК",
    "reviewer_named": "Министерство образования",
    "next_review_on": "2022-09-01",
    "valid_from": "2021-12-01",
}


def count_of(formula, **said):
    return Definition(kind=IndicatorKind.COUNT, formula=formula, unit_of_measure="школ", precision=0, **said)


def test_ministry_writes_a_new_indicator_with_everything_that_an_edition_says(client, years, analyst, place):
    document = Document.objects.create(
        unit=place["24"], kind=DocumentKind.PROGRAMME, title="Программа", filed_by=analyst, filed_at="2021-01-01T00:00Z"
    )
    client.force_login(analyst)
    people = {"methodologist_id": analyst.pk, "reviewer_id": analyst.pk, "document_id": document.pk}

    response = client.post(NEW, {**BY_HAND, **people})

    assert response.status_code == 302
    edition = IndicatorEdition.objects.get(indicator__code="written_here")
    assert (edition.number, edition.is_current, edition.roll_up) == (1, True, RollUp.SUM)
    assert (edition.methodologist, edition.reviewer, edition.document) == (analyst, analyst, document)
    assert {name: getattr(edition, name) for name in ("purpose", "source", "page", "methodologist_named")} == {
        name: BY_HAND[name] for name in ("purpose", "source", "page", "methodologist_named")
    }
    assert edition.next_review_on == date(2022, 9, 1)


def test_a_copy_begins_with_everything_of_its_model(client, rural, analyst):
    client.force_login(analyst)

    form = client.get(NEW, {"copy": rural.indicator_id}).context["form"]

    assert form["code"].value() == "rural_copy"
    assert form["name"].value() == "Сельских школ (копия)"
    assert (form["formula"].value(), form["unit_of_measure"].value()) == (rural.formula, "школ")


def test_a_copy_of_nothing_is_not_there(client, years, analyst):
    client.force_login(analyst)

    assert client.get(NEW, {"copy": "100500"}).status_code == 404


def test_a_code_that_is_taken_is_refused_and_nothing_typed_is_lost(client, rural, analyst):
    client.force_login(analyst)

    response = client.post(NEW, {**BY_HAND, "code": "rural"})

    assert response.status_code == 422
    assert response.context["form"].errors["code"] == [
        "Код «rural» уже занят показателем «Сельских школ». Дайте другой код или запишите новую редакцию того."
    ]
    assert {name: response.context["form"][name].value() for name in BY_HAND} == {**BY_HAND, "code": "rural"}
    assert Indicator.objects.count() == 1


def test_a_formula_in_words_is_no_book(client, rural, analyst):
    client.force_login(analyst)

    response = client.post(NEW, {**BY_HAND, "in_words": "я" * 100_000})

    said = "Убедитесь, что это значение содержит не более 4000 символов (сейчас 100000)."
    assert (response.status_code, response.context["form"].errors) == (422, {"in_words": [said]})
    assert Indicator.objects.count() == 1


def test_what_was_copied_and_changed_meanwhile_is_shown_beside(client, rural, analyst, system, now):
    client.force_login(analyst)
    seen = client.get(NEW, {"copy": rural.indicator_id}).context["form"]["seen"].value()
    define_indicator(
        code="rural", name="Сельских школ", definition=count_of("количество(школы)"), valid_from=now.date(),
        actor=system, now=now,
    )  # fmt: skip

    response = client.post(f"{NEW}?copy={rural.indicator_id}", {**BY_HAND, "formula": rural.formula, "seen": seen})

    assert response.status_code == 422
    clash = next(each for each in response.context["form"].clashes if each.name == "formula")
    assert (clash.mine, clash.theirs) == ("количество(школы, где сельская)", "количество(школы)")


def test_coordinator_may_not_write_a_new_indicator(client, years, coordinator):
    client.force_login(coordinator)

    assert client.post(NEW, BY_HAND).status_code == 403
    assert not Indicator.objects.exists()
    assert "Право «менять определения показателей» вам здесь не дано" in client.get(NEW).content.decode()


def redefinition(edition, **changes):
    names = ("kind", "level", "formula", "unit_of_measure", "precision", "better")
    return {
        "name": edition.indicator.name,
        "valid_from": "2021-12-01",
        **{n: getattr(edition, n) for n in names},
    } | changes


def test_a_new_edition_says_why_where_there_are_values(client, rural, analyst, now):
    recalculate(reason="проба", now=now)
    client.force_login(analyst)
    address = reverse("indicators:redefine", args=[rural.indicator_id])

    silent = client.post(address, redefinition(rural, precision=1))
    said = client.post(address, redefinition(rural, precision=1, reason="Приказ № 5", confirmed="1"))

    assert (silent.status_code, silent.context["form"].errors["reason"]) == (422, ["Обязательное поле."])
    assert said.status_code == 302
    assert IndicatorEdition.objects.get(is_current=True).reason == "Приказ № 5"
    history = client.get(reverse("indicators:indicator", args=[rural.indicator_id])).content.decode()
    assert "Приказ № 5" in history


def test_the_service_asks_why_too(rural, system, now):
    recalculate(reason="проба", now=now)

    with pytest.raises(ReasonMissing):
        define_indicator(
            code="rural", name="Сельских школ", definition=count_of("количество(школы)"), valid_from=now.date(),
            actor=system, now=now,
        )  # fmt: skip


def test_creating_never_writes_over(rural, system, now):
    with pytest.raises(CodeTaken):
        create_indicator(
            code="rural", name="Другие", definition=count_of("количество(школы)"), valid_from=now.date(), actor=system,
            now=now,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "kind", "unit", "expected"),
    [
        ("количество(школы)", IndicatorKind.COUNT, "школ", RollUp.SUM),
        ("доля(школы, где сельская)", IndicatorKind.SHARE, "%", RollUp.SHARE),
        ("минимум_по(округ, количество(школы))", IndicatorKind.COUNT, "школ", RollUp.LEAST),
        ("максимум_по(округ, доля(школы, где сельская))", IndicatorKind.SHARE, "%", RollUp.GREATEST),
    ],
)
def test_an_edition_says_how_the_value_of_a_higher_unit_is_made(years, system, now, formula, kind, unit, expected):
    edition = create_indicator(
        code="one", name="Один", definition=Definition(kind=kind, formula=formula, unit_of_measure=unit),
        valid_from=now.date(), actor=system, now=now,
    )  # fmt: skip

    assert edition.roll_up == expected


def test_who_has_left_is_named_and_said_to_have_left(client, years, system, analyst, coordinator, now):
    left = person("gone", is_active=False)
    edition = create_indicator(
        code="one", name="Один", definition=count_of("количество(школы)", methodologist_id=left.pk),
        valid_from=now.date(), actor=system, now=now,
    )  # fmt: skip
    client.force_login(analyst)

    page = client.get(reverse("indicators:indicator", args=[edition.indicator_id])).content.decode()
    form = client.get(reverse("indicators:redefine", args=[edition.indicator_id])).context["form"]

    assert 'Gone <span class="tag">запись закрыта</span>' in page
    assert (str(left.pk), "Gone (запись закрыта)") in form.fields["methodologist_id"].choices


def test_library_is_narrowed_by_document_keeper_and_overdue_review(client, years, system, analyst, place, now):
    document = Document.objects.create(
        unit=place["24"], kind=DocumentKind.PROGRAMME, title="Программа", filed_by=analyst, filed_at=now
    )
    for code, said in (
        ("kept", {"methodologist_named": "КК ИПК", "document_id": document.pk, "next_review_on": date(2020, 1, 1)}),
        ("other", {"methodologist_id": analyst.pk, "next_review_on": date(2099, 1, 1)}),
        ("nobodys", {}),
    ):
        create_indicator(
            code=code, name=code, definition=count_of("количество(школы)", **said), valid_from=now.date(),
            actor=system, now=now,
        )  # fmt: skip
    client.force_login(analyst)

    def found(**asked):
        return [edition.indicator.code for edition in client.get(LIBRARY, asked).context["page"].rows]

    assert found(document=str(document.pk)) == ["kept"]
    assert found(keeper="КК ИПК") == ["kept"]
    assert found(keeper="Analyst") == ["other"]
    assert found(state="overdue") == ["kept"]
    assert found(sort="-review") == ["other", "kept", "nobodys"]
    assert "01.01.2020, просрочен" in client.get(LIBRARY).content.decode()


def test_the_file_of_the_library_says_all_that_an_edition_says(client, years, analyst, coordinator):
    client.force_login(analyst)
    client.post(NEW, BY_HAND)
    client.force_login(coordinator)

    lines = client.get(LIBRARY, {"file": "csv"}).content.decode("utf-8-sig").splitlines()

    assert lines[1].split(";") == [
        "written_here", "Городских школ", "Сколько школ сравнивать с сельскими", "количество", "школа",
        "больше — лучше", "школ", "0", "количество(школы, где не сельская)", "Школы, которые стоят не на селе",
        "значения складываются", "", "раздел 4", "12", "КК ИПК", "Министерство образования", "01.09.2022", "1",
        "01.12.2021", "",
    ]  # fmt: skip
