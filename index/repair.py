"""The check of a whole index folder, and the saving of what is sound in a damaged one."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.check import find_damage
from index.database import FILE, MEND, Database, damage
from index.durable import settle
from index.errors import IndexUnusable
from index.sqlite_store import only_writer
from index.store import in_milvus
from index.vectors_file import bring_up_to_date, is_current

_RESCUE = "rescue"  # a folder in the index's, so that the whole file can take the damaged one's place in one step


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    damage    of the database, in a few words, or None.
    vectors   whether the derived file was as it should be.
    repaired  whether something was mended.
    lost      the reports that could not be saved; the next rebuild reads them again, and embeds only them.
    """

    damage: str | None
    vectors: bool
    repaired: bool
    lost: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong, or what was is mended."""
        return (self.damage is None and self.vectors) or self.repaired

    def to_dict(self) -> dict[str, object]:
        """As JSON values."""
        return {
            "sound": self.sound, "damage": self.damage, "vectors": self.vectors, "repaired": self.repaired, "lost": list(self.lost)
        }  # fmt: skip


def check_index(index: str | Path, *, repair: bool = False) -> Checked:
    """Read the whole index folder and say whether it is sound; with `repair`, save what is sound, and make again what is derived.

    Nothing is embedded. Raises IndexUnusable when there is no index, or its file is too damaged to be opened.
    """
    if in_milvus(index):
        from index.milvus_check import check_milvus  # noqa: PLC0415  # only where the index is in Milvus

        damage_found, unsound = check_milvus(str(index), repair=repair)
        return Checked(damage_found, vectors=True, repaired=repair and bool(unsound), lost=tuple(unsound) if repair else ())
    home = Path(index)
    try:
        with closing(Database(home)) as database, database.transaction():
            found = find_damage(database)
            vectors = found is None and is_current(home, database)
    except IndexUnusable as error:
        if repair and MEND in str(error):
            raise IndexUnusable(
                f"{home / FILE}: the index file is too damaged to be mended. Delete it and run: rapporteur index"
            ) from error
        raise
    if not repair or (found is None and vectors):
        return Checked(found, vectors, repaired=False)
    with only_writer(home):
        lost = _rescued(home) if found is not None else []
        with closing(Database(home)) as database, database.transaction():
            bring_up_to_date(home, database)
    return Checked(found, vectors, repaired=True, lost=tuple(lost))


def _rescued(home: Path) -> list[str]:
    """Put a file of all sound reports in the place of the damaged one; gives the paths of the others. Raises IndexUnusable."""
    rescue = home / _RESCUE
    shutil.rmtree(rescue, ignore_errors=True)
    try:
        with closing(Database(home)) as old, closing(Database(rescue, write=True)) as new, new.transaction(write=True):
            lost = old.rescue(new)
        with damage(home / FILE):
            # A journal of the damaged file must never be played into the new one.
            (home / f"{FILE}-journal").unlink(missing_ok=True)
            (rescue / FILE).replace(home / FILE)
            settle(home)
    finally:
        shutil.rmtree(rescue, ignore_errors=True)
    return lost
