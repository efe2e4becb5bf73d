"""docs/permissions.md: what each role may do."""

from accounts.permissions import APPOINTS, ROLE_PERMISSIONS, SECOND_FACTOR_ROLES, SIGNING, Permission, Role

HEAD = """# Permissions

Written by `make docs`; do not edit. `accounts/permissions.py` says what each role may do; where, is said by the
person's appointments: the unit of an appointment and everything below it. What one may not see is a 404, what one may
see and not do is a 403. There is no role for teachers: the law forbids asking reports of them.
"""


SIGNATURES = """
## Who signs and who clicks

Wherever something is submitted or approved, two people are recorded: who clicked and who is accountable.
The accountable one holds a permission of signing at the place: {signing}.
Roles that sign or administer come in with a second factor: {second}.

## Who appoints whom

Within the place of the own appointment, never oneself.

| role | appoints |
|---|---|
"""


def permissions_page() -> str:
    """Write the page."""
    titles = " | ".join(role.label for role in Role)
    lines = [HEAD, f"| permission | {titles} |", f"|---|{'---|' * len(Role)}"]
    for permission in Permission:
        marks = " | ".join("●" if permission in ROLE_PERMISSIONS[role] else "" for role in Role)
        lines.append(f"| {permission.label} | {marks} |")
    signing, second = _listed(Permission, SIGNING), _listed(Role, SECOND_FACTOR_ROLES)
    lines.append(SIGNATURES.format(signing=signing, second=second).rstrip("\n"))
    lines += [f"| {role.label} | {_listed(Role, APPOINTS[role])} |" for role in Role if role in APPOINTS]
    return "\n".join(lines) + "\n"


def _listed(kind: type[Permission] | type[Role], chosen: frozenset[Permission] | frozenset[Role]) -> str:
    return ", ".join(one.label for one in kind if one in chosen)
