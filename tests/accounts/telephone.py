"""A telephone that shows codes: what the person holds in the hand."""

import base64
import hmac
import struct
from datetime import datetime


def code_at(secret: str, moment: datetime) -> str:
    """Return what the telephone shows, as RFC 6238 says, written without the library that the portal uses."""
    counter = struct.pack(">Q", int(moment.timestamp()) // 30)
    digest = hmac.new(base64.b32decode(secret.replace(" ", "")), counter, "sha1").digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
