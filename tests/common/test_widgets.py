"""Controls of our own write what Django's would."""

from django import forms
from django.test.html import parse_html

from common.widgets import LongSelect

CHOICES = [("", "выберите"), ("1", "СОШ № 1"), ("2", "<Гимназия & лицей>")]


def test_a_long_list_says_what_djangos_own_says():
    attrs = {"id": "id_unit", "aria-describedby": "id_unit_helptext", "required": True}
    ours = LongSelect(choices=CHOICES).render("unit", "2", attrs)
    djangos = forms.Select(choices=CHOICES).render("unit", "2", attrs)

    assert parse_html(ours) == parse_html(djangos)


def test_a_chosen_value_that_is_not_listed_chooses_nothing():
    assert "selected" not in LongSelect(choices=CHOICES).render("unit", "7")
