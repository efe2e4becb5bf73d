"""Hide from a person what he may not do. Courtesy only: services refuse by themselves."""

from dataclasses import dataclass

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context

from accounts.permissions import Permission
from schools.access import held

register = template.Library()


@register.tag
def if_can(parser: Parser, token: Token) -> "IfCan":
    """Write {% if_can "programme_approve" at=unit %}…{% else %}…{% endif_can %}."""
    words = token.split_contents()
    if len(words) != 3 or not words[2].startswith("at="):
        raise template.TemplateSyntaxError('if_can is written as {% if_can "permission" at=unit %}.')
    permission, place = parser.compile_filter(words[1]), parser.compile_filter(words[2].removeprefix("at="))
    allowed = parser.parse(("else", "endif_can"))
    refused = NodeList()
    if parser.next_token().contents == "else":
        refused = parser.parse(("endif_can",))
        parser.delete_first_token()
    return IfCan(permission, place, allowed, refused)


@dataclass(eq=False)  # a node is told from another by identity
class IfCan(template.Node):
    """Shows one of two parts of a template."""

    permission: FilterExpression
    place: FilterExpression
    allowed: NodeList
    refused: NodeList
    child_nodelists = ("allowed", "refused")

    def render(self, context: Context) -> str:
        """Show the part that the person may see."""
        request, unit = context.get("request"), self.place.resolve(context)
        permission = Permission(self.permission.resolve(context))
        may = bool(request and unit) and permission in held(request.user, at=unit)
        return (self.allowed if may else self.refused).render(context)
