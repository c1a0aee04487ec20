"""Named queries that return what a page or a service needs, loading spelt out."""
