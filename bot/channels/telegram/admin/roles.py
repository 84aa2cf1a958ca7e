"""Who may do what: owners and editors by Telegram's numbers; the admins of a group are nobody special."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the bot; who has none is a resident."""

    OWNER = "owner"
    """Works off questions, takes back what anybody has published, and sees who did what."""
    EDITOR = "editor"
    """Works off questions, and takes back what he has published himself."""


@dataclass(frozen=True)
class Roles:
    """Everybody with a role."""

    owners: frozenset[int] = frozenset()
    """Telegram's numbers of the owners."""
    editors: frozenset[int] = frozenset()
    """The same of the editors."""
    page: bool = False
    """Whether they have a page, too."""

    @classmethod
    def of_settings(cls, owners: Sequence[int], editors: Sequence[int], *, page: bool = False) -> Roles:
        """Return the roles as they are set; who is both is an owner."""
        return cls(frozenset(owners), frozenset(editors) - frozenset(owners), page)

    @property
    def everybody(self) -> list[int]:
        """Telegram's numbers of all of them."""
        return sorted(self.owners | self.editors)

    def of(self, user: int) -> Role | None:
        """Return the role of a user; None: a resident."""
        if user in self.owners:
            return Role.OWNER
        return Role.EDITOR if user in self.editors else None
