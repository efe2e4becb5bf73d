"""docs/permissions.md: what each role may do."""

from accounts.permissions import ROLE_PERMISSIONS, Permission, Role

HEAD = """# Permissions

Written by `make docs`; do not edit. `accounts/permissions.py` says what each role may do; where, is said by the
person's appointments: the unit of an appointment and everything below it. What one may not see is a 404, what one may
see and not do is a 403. There is no role for teachers: the law forbids asking reports of them.
"""


def permissions_page() -> str:
    """Write the page."""
    titles = " | ".join(role.label for role in Role)
    lines = [HEAD, f"| permission | {titles} |", f"|---|{'---|' * len(Role)}"]
    for permission in Permission:
        marks = " | ".join("●" if permission in ROLE_PERMISSIONS[role] else "" for role in Role)
        lines.append(f"| {permission.label} | {marks} |")
    return "\n".join(lines) + "\n"
