"""Comparing refusals: of a foreign object and of a missing one, byte for byte but for what the asker himself sent."""

import re

from django.http import HttpResponse


def bare(response: HttpResponse, *asked: object) -> tuple[int, str]:
    """Return status and text without the keys that were asked for and without the token of the form."""
    text = re.sub(r'"X-CSRFToken": "\w+"|name="csrfmiddlewaretoken" value="\w+"', "token", response.text)
    for key in asked:
        text = text.replace(str(key), "key")
    return response.status_code, text
