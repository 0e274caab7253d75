"""The database: engine, models, queries and migrations. SQLAlchemy lives here alone."""
