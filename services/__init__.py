"""Use cases: each one transaction, rights checked, domain values in and out."""
