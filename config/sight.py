"""
The version for the visually impaired: letters, distances, contrast and pictures as a person needs them.

It is kept in the person's browser, so that it is there before signing in too.
"""

from dataclasses import dataclass
from typing import Self

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

COOKIE = "sight"
A_YEAR = 365 * 24 * 60 * 60
# Name of a setting → its title and its choices: code → what a person reads. The first choice is the usual look.
CHOICES: dict[str, tuple[str, dict[str, str]]] = {
    "size": ("Размер букв", {"100": "обычный", "150": "в полтора раза крупнее", "200": "вдвое крупнее"}),
    "space": ("Расстояние между буквами и строками", {"usual": "обычное", "wide": "широкое"}),
    "contrast": (
        "Цвета",
        {"usual": "обычные", "light": "чёрным по белому", "dark": "белым по чёрному"},
    ),
    "images": ("Рисунки и диаграммы", {"on": "показывать", "off": "не показывать, только таблицы"}),
}
USUAL = {name: next(iter(options)) for name, (_, options) in CHOICES.items()}
OFFERED = {"size": "150", "space": "wide", "contrast": "light", "images": "off"}


@dataclass(frozen=True)
class Sight:
    """How somebody needs the pages to look."""

    settings: dict[str, str]

    @classmethod
    def read(cls, text: str) -> Self:
        """Read «size-150.contrast-dark»; what is not understood is as usual."""
        told = dict(part.split("-", 1) for part in text.split(".") if part.count("-") == 1)
        return cls({name: told[name] if told.get(name) in CHOICES[name][1] else usual for name, usual in USUAL.items()})

    @property
    def is_on(self) -> bool:
        """Whether anything differs from the usual look."""
        return self.settings != USUAL

    @property
    def classes(self) -> str:
        """Classes of the root element."""
        return " ".join(f"{name}-{code}" for name, code in self.settings.items() if code != USUAL[name])

    @property
    def text(self) -> str:
        """What is kept."""
        return ".".join(f"{name}-{code}" for name, code in self.settings.items())


def sight_of(request: HttpRequest) -> Sight:
    """Return what the person's browser keeps."""
    return Sight.read(request.COOKIES.get(COOKIE, ""))


@login_not_required
@require_http_methods(["GET", "POST"])
def sight(request: HttpRequest) -> HttpResponse:
    """Show the settings, or keep them and go back to the page from which they were opened."""
    back = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    if request.method == "GET":
        kept = sight_of(request)
        shown = kept.settings if kept.is_on else OFFERED
        fields = [(name, title, options, shown[name]) for name, (title, options) in CHOICES.items()]
        return render(request, "config/sight.html", {"fields": fields, "back": back})
    told = {name: request.POST.get(name, "") for name in CHOICES}
    chosen = Sight(USUAL) if "off" in request.POST else Sight.read(".".join(f"{k}-{v}" for k, v in told.items()))
    response = HttpResponseRedirect(back)
    response.set_cookie(COOKIE, chosen.text, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    return response
