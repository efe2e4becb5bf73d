"""The engine; its name and place are what `DATABASES["default"]["ENGINE"]` asks for."""

from typing import Any

from django.db.backends.postgresql import base, client
from psycopg2 import OperationalError

from common.embedded import postgres
from common.embedded.locks import hold_as_user


class DatabaseClient(client.DatabaseClient):
    """The psql of the wheel."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: list[str]
    ) -> tuple[list[str], dict | None]:
        """Start the cluster and name the program by its full path."""
        postgres.ensure()
        arguments, environment = super().settings_to_cmd_args_env(settings_dict, parameters)
        return [postgres.psql(), *arguments[1:]], environment


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that brings its server with it."""

    client_class = DatabaseClient

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; if nobody answers, start the cluster and connect again."""
        hold_as_user(postgres.SERVICE.name)
        try:
            return super().get_new_connection(conn_params)
        except OperationalError:
            postgres.ensure()
            return super().get_new_connection(conn_params)
