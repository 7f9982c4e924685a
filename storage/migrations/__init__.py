"""How did the schema come to be? Alembic's environment and its steps, one for both databases."""

# Every step in order, so that opening a database that is up to date need not import Alembic. A test holds this
# against the files in `versions`.
LINEAGE = ("0001",)
HEAD = LINEAGE[-1]
