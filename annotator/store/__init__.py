"""Tables and named queries. `models` imports every table, for migrations and tests."""
