"""Statements, one module a feature."""
