"""Controls of forms that Django's own are too slow for."""

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
