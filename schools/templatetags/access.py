"""Hide from a person what he may not do. Courtesy only: services refuse by themselves."""

from dataclasses import dataclass

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context

from accounts.models import User
from accounts.permissions import Permission, Role, roles_with
from common.russian import listed
from schools.access import held, held_somewhere

register = template.Library()


@register.tag
def if_can(parser: Parser, token: Token) -> "IfCan":
    """
    Write {% if_can "programme_approve" at=unit %}…{% else %}…{% endif_can %}; without `at`, at any place at all.

    About a thing of a direction of the programme also `direction=number`.
    """
    permission, place, direction = _asked(parser, token)
    allowed = parser.parse(("else", "endif_can"))
    refused = NodeList()
    if parser.next_token().contents == "else":
        refused = parser.parse(("endif_can",))
        parser.delete_first_token()
    return IfCan(permission, place, allowed, refused, direction)


@register.tag
def only_for(parser: Parser, token: Token) -> "IfCan":
    """
    Write {% only_for "list_approve" at=unit %}…{% endonly_for %} around a form.

    Who may not use it reads whose business it is instead, so that nobody types what is then refused.
    """
    permission, place, direction = _asked(parser, token)
    allowed = parser.parse(("endonly_for",))
    parser.delete_first_token()
    return IfCan(permission, place, allowed, NodeList([WhoMay(permission)]), direction)


def _asked(parser: Parser, token: Token) -> tuple[FilterExpression, FilterExpression | None, FilterExpression | None]:
    """Read the permission, the place and the direction that a tag names."""
    tag, *words = token.split_contents()
    named = dict(word.partition("=")[::2] for word in words[1:])
    if not words or not named.keys() <= {"at", "direction"} or len(named) != len(words) - 1:
        raise template.TemplateSyntaxError(f'{tag} is written as {{% {tag} "permission" at=unit %}}.')
    place, direction = (parser.compile_filter(named[one]) if one in named else None for one in ("at", "direction"))
    return parser.compile_filter(words[0]), place, direction


@dataclass(eq=False)
class WhoMay(template.Node):
    """Says that a person may not do something, and who may."""

    permission: FilterExpression

    def render(self, context: Context) -> str:
        """Name the permission and the roles that hold it."""
        permission = Permission(self.permission.resolve(context))
        roles = [Role(code).label for code in roles_with(permission) if code != Role.SYSTEM]
        said = {"permission": permission.label, "roles": listed(roles)}
        return context.template.engine.get_template("components/_who_may.html").render(context.new(said))


@dataclass(eq=False)  # a node is told from another by identity
class IfCan(template.Node):
    """Shows one of two parts of a template."""

    permission: FilterExpression
    place: FilterExpression | None
    allowed: NodeList
    refused: NodeList
    direction: FilterExpression | None = None
    child_nodelists = ("allowed", "refused")

    def render(self, context: Context) -> str:
        """Show the part that the person may see."""
        request, permission = context.get("request"), Permission(self.permission.resolve(context))
        return (self.allowed if request and permission in self.may(request.user, context) else self.refused).render(
            context
        )

    def may(self, user: User | AnonymousUser, context: Context) -> frozenset[Permission]:
        """Return what the person may do at the place; at a place that is missing, nothing."""
        if self.place is None:
            return held_somewhere(user)
        unit = self.place.resolve(context)
        direction = self.direction.resolve(context) if self.direction else None
        return held(user, at=unit, direction=direction or None) if unit else frozenset()
