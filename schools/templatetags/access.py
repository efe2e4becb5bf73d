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
    """Write {% if_can "programme_approve" at=unit %}…{% else %}…{% endif_can %}; without `at`, at any place at all."""
    words = token.split_contents()
    if len(words) not in (2, 3) or not all(word.startswith("at=") for word in words[2:]):
        raise template.TemplateSyntaxError('if_can is written as {% if_can "permission" at=unit %}.')
    permission = parser.compile_filter(words[1])
    place = parser.compile_filter(words[2].removeprefix("at=")) if len(words) == 3 else None
    allowed = parser.parse(("else", "endif_can"))
    refused = NodeList()
    if parser.next_token().contents == "else":
        refused = parser.parse(("endif_can",))
        parser.delete_first_token()
    return IfCan(permission, place, allowed, refused)


@register.tag
def only_for(parser: Parser, token: Token) -> "IfCan":
    """
    Write {% only_for "list_approve" at=unit %}…{% endonly_for %} around a form.

    Who may not use it reads whose business it is instead, so that nobody types what is then refused.
    """
    words = token.split_contents()
    if len(words) not in (2, 3) or not all(word.startswith("at=") for word in words[2:]):
        raise template.TemplateSyntaxError('only_for is written as {% only_for "permission" at=unit %}.')
    permission = parser.compile_filter(words[1])
    place = parser.compile_filter(words[2].removeprefix("at=")) if len(words) == 3 else None
    allowed = parser.parse(("endonly_for",))
    parser.delete_first_token()
    return IfCan(permission, place, allowed, NodeList([WhoMay(permission)]))


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
        return held(user, at=unit) if unit else frozenset()
