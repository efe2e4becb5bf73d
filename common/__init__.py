"""Plain helpers: no models, no app."""
