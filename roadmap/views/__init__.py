"""Pages of the roadmap, a module a subject."""
