"""The check of a whole index folder, and the making again of what is derived."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.check import find_damage
from index.database import Database
from index.vectors_file import bring_up_to_date, is_current


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `damage` is of the database, in a few words; `vectors` tells whether the derived file is as it should be."""

    damage: str | None
    vectors: bool
    repaired: bool

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong, or what was is mended."""
        return self.damage is None and (self.vectors or self.repaired)

    def to_dict(self) -> dict[str, object]:
        """As JSON values."""
        return {"sound": self.sound, "damage": self.damage, "vectors": self.vectors, "repaired": self.repaired}


def check_index(index: str | Path, *, repair: bool = False) -> Checked:
    """Read the whole index folder and say whether it is sound; with `repair`, make what is derived again, without embedding.

    Raises IndexUnusable when there is no index, or its file is too damaged to be opened.
    """
    home = Path(index)
    with closing(Database(home)) as database, database.transaction():
        damage = find_damage(database)
        if damage is not None:
            return Checked(damage, vectors=False, repaired=False)
        vectors = is_current(home, database)
        if not vectors and repair:
            bring_up_to_date(home, database)
        return Checked(None, vectors, repaired=repair and not vectors)
