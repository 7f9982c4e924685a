"""How is a column written down in the schema? Short words for the few kinds there are, each with its comment."""

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData

from storage.types import Id

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_name)s_key",
    }
)


def number(comment: str) -> Column[Any]:
    """A short number the database gives out."""
    return Column("id", Id, primary_key=True, comment=comment)


def own(name: str, kind: Any, comment: str) -> Column[Any]:
    """A part of a primary key that is given from outside."""
    return Column(name, kind, primary_key=True, autoincrement=False, comment=comment)


def must(name: str, kind: Any, comment: str) -> Column[Any]:
    return Column(name, kind, nullable=False, comment=comment)


def may(name: str, kind: Any, comment: str) -> Column[Any]:
    return Column(name, kind, nullable=True, comment=comment)


def of(
    name: str, target: str, comment: str, *, is_key: bool = False, is_optional: bool = False
) -> Column[Any]:
    """A reference to another table's row, which goes when that row goes."""
    parent = ForeignKey(target, ondelete="CASCADE")
    return Column(
        name, Id, parent, primary_key=is_key, autoincrement=False, nullable=is_optional, comment=comment
    )
