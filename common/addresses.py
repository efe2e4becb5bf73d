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
        return str(ip_address(_without_port(address)))
    except ValueError:
        return ""


def _without_port(address: str) -> str:
    """Some servers write from which port somebody came: 192.0.2.1:4711, [2001:db8::1]:4711."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    host, _, port = address.partition(":")
    return host if port.isdigit() else address
