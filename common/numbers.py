"""How numbers are written for people: decimal comma, thousands apart by a no-break space, rounded half up."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from common.share import Share

NBSP = "\N{NO-BREAK SPACE}"
NOTHING = "—"
MINUS = "\N{MINUS SIGN}"


def format_number(value: Decimal | float | None, places: int | None = None) -> str:
    """Write a number. Without `places` at most two decimals are shown and nought ones are dropped."""
    if value is None:
        return NOTHING
    exact = Decimal(str(value))
    if not exact.is_finite():
        return NOTHING
    rounded = exact.quantize(Decimal(1).scaleb(-(2 if places is None else places)), ROUND_HALF_UP)
    whole, _, fraction = f"{abs(rounded):f}".partition(".")
    if places is None:
        fraction = fraction.rstrip("0")
    text = f"{int(whole):,}".replace(",", NBSP) + (f",{fraction}" if fraction else "")
    return f"{MINUS}{text}" if rounded < 0 else text


def format_percent(value: Share | Decimal | float | None, places: int = 1) -> str:
    """Write a share, or a number that already is in percent, as «42,5 %»."""
    number = value.rounded_percent(places) if isinstance(value, Share) else value
    return NOTHING if number is None else f"{format_number(number, places)}{NBSP}%"


def format_size(size: int) -> str:
    """Write the size of a file in the unit that reads best."""
    for unit, step in (("ГБ", 1024**3), ("МБ", 1024**2), ("КБ", 1024)):
        if size >= step:
            return f"{format_number(Decimal(size) / step, 1)}{NBSP}{unit}"
    return f"{size}{NBSP}Б"


def format_duration(seconds: float) -> str:
    """Write how long something takes, in two units at most: «1 ч 05 мин», «40 с»."""
    whole = round(timedelta(seconds=max(seconds, 0)).total_seconds())
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours}{NBSP}ч {minutes:02d}{NBSP}мин"
    if minutes:
        return f"{minutes}{NBSP}мин {whole % 60:02d}{NBSP}с"
    return f"{whole}{NBSP}с"


def key_of(text: str) -> int | None:
    """Return what an address says as a database key, or None where it is none: not digits, or too many of them."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def whole(value: object) -> int | None:
    """Return a number as a whole one that a database key can be, or None where it is not one."""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return None
    if not exact.is_finite() or abs(exact) > 2**62 or exact != exact.to_integral_value():
        return None
    return int(exact)
