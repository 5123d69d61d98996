"""Builds the offline knowledge base from package indexes and committed fact tables (maintainers only)."""
