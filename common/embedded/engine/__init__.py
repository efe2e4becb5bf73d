"""Django's PostgreSQL engine that starts the embedded cluster when a connection is opened, and not before."""
