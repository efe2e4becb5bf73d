"""Controls of forms: those that Django's own are too slow for, and a day as the browser shows it."""

from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class LongSelect(forms.Select):
    """A list to choose from with a thousand options: written in one piece, not by a template for each option."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Return the list as HTML."""
        widget = self.get_context(name, value, attrs)["widget"]
        options = [option for _, group, _ in widget["optgroups"] for option in group]
        written = (
            format_html(
                '<option value="{}" selected>{}</option>' if one["selected"] else '<option value="{}">{}</option>',
                one["value"],
                one["label"],
            )
            for one in options
        )
        listed = format_html_join("\n", "{}", ((one,) for one in written))
        return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), listed)


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Return a field for a day, which the browser shows as a calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    missing = {
        "required": f"Не выбран день: {label.lower()}.",
        "invalid": "Такого дня нет. Запишите его как 31.12.2021.",
    }
    return forms.DateField(label=label, widget=widget, required=required, help_text=help_text, error_messages=missing)
