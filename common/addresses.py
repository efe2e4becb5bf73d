"""Where a request comes from."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """
    Return the address of who asks, or nothing where it cannot be known.

    Behind PROXIES servers of ours it is what the outermost of them wrote into X-Forwarded-For; what stands before that
    anybody can have written.
    """
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES and len(told) >= settings.PROXIES:
        address = told[-settings.PROXIES]
    try:
        return str(ip_address(address))
    except ValueError:
        return ""
