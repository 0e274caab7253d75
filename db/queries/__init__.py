"""Statements by feature. Each takes a session and returns domain values; none commits."""
