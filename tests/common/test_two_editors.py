"""Forms of two editors: what clashes is shown beside, what is ticked is taken, nothing typed is lost."""

from datetime import date

import pytest
from django import forms
from django.http import QueryDict

from common.two_editors import Clash, TwoEditors
from common.versions import CHANGED, ChangedMeanwhile, refuse_if_changed, version_of

NOW = {"title": "Было", "on": date(2021, 3, 1), "kinds": ["a"], "state": "hidden"}


class Form(TwoEditors):
    title = forms.CharField(label="Название")
    on = forms.DateField(label="День", required=False)
    kinds = forms.MultipleChoiceField(label="Виды", choices=[("a", "первый"), ("b", "второй")], required=False)


def posted(*pairs: tuple[str, str]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    return data


def typed(seen: str, *more: tuple[str, str], title: str = "Моё") -> QueryDict:
    return posted(("title", title), ("on", "2021-04-02"), ("kinds", "a"), ("kinds", "b"), ("seen", seen), *more)


def test_what_is_shown_is_marked_and_first_typed_over():
    form = Form(shown=NOW)

    assert (form["title"].value(), form["seen"].value()) == ("Было", version_of(NOW))
    assert Form(typed(version_of(NOW)), shown=NOW).is_valid()
    assert Form(typed(""), shown=NOW).is_valid()  # a script that says nothing of what it saw


def test_the_second_is_shown_both_and_loses_nothing():
    form = Form(typed(version_of(NOW | {"title": "Ещё раньше"})), shown=NOW)

    assert not form.is_valid()
    assert form.non_field_errors() == [CHANGED]
    assert form.clashes == [
        Clash("title", "Название", "Моё", "Было"),
        Clash("on", "День", "02.04.2021", "01.03.2021"),
        Clash("kinds", "Виды", "первый, второй", "первый"),
    ]
    assert (form["title"].value(), form["on"].value(), form["kinds"].value()) == ("Моё", "2021-04-02", ["a", "b"])
    assert form["seen"].value() == version_of(NOW)


def test_what_is_ticked_is_taken_from_the_portal():
    form = Form(typed(version_of(NOW), ("take", "on"), ("take", "kinds"), ("take", "nothing")), shown=NOW)

    assert form.is_valid()
    said = form.cleaned_data
    assert (said["title"], said["on"], said["kinds"]) == ("Моё", date(2021, 3, 1), ["a"])


def test_a_change_of_what_has_no_field_of_its_own_is_noticed_too():
    form = Form(typed(version_of(NOW | {"state": "other"}), title="Было"), shown=NOW)

    assert (form.is_valid(), [clash.name for clash in form.clashes]) == (False, ["on", "kinds"])


def test_what_cannot_be_read_is_shown_as_it_was_typed():
    data = posted(("title", ""), ("on", "завтра"), ("seen", "0"))
    form = Form(data, shown=NOW)

    assert not form.is_valid()
    assert [(clash.mine, clash.theirs) for clash in form.clashes] == [
        ("пусто", "Было"),
        ("завтра", "01.03.2021"),
        ("пусто", "первый"),
    ]


def test_a_service_refuses_what_has_changed_under_its_lock():
    refuse_if_changed(seen=version_of(NOW), shown=NOW)
    refuse_if_changed(seen="", shown=NOW)
    with pytest.raises(ChangedMeanwhile):
        refuse_if_changed(seen=version_of(NOW), shown=NOW | {"title": "Другое"})


def test_the_mark_does_not_depend_on_how_a_value_is_held():
    assert version_of({"a": None, "b": ["x", "y"]}) == version_of({"b": ("y", "x"), "a": ""})
    assert version_of({"a": "раз\r\nдва "}) == version_of({"a": "раз\nдва"})
    assert version_of({"a": "1", "b": ""}) != version_of({"a": "", "b": "1"})
