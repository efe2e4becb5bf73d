"""Categories of schools as they are read, each abbreviation with its expansion."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from monitoring.enums import Category

register = template.Library()

MEANING = {
    Category.LOW_RESULTS: "школа с низкими результатами обучения",
    Category.HARD_CONDITIONS: "школа в неблагоприятных социальных условиях",
    Category.RESILIENT: "условия тяжёлые, а результаты не ниже средних",
}


@register.filter
def categories(codes: Iterable[str] | None) -> SafeString:
    """Write the categories of a school: «ШНРО, ШНСУ»; nothing for none."""
    return format_html_join(", ", "{}", ((_one(Category(code)),) for code in codes or ()))


def _one(category: Category) -> SafeString | str:
    if category not in MEANING:
        return category.label
    return format_html('<abbr title="{}">{}</abbr>', MEANING[category], category.label)
