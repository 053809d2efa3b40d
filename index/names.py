"""Names of countries, and other names for the same thing: read from data files that a user can edit.

`index/data/names.toml` holds what we ship; a `names.toml` in the documents folder is laid over it. The merged names travel inside the
index, so that whoever asks uses the names that the statements were made with.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from index.errors import RapporteurError

SHIPPED = Path(__file__).parent / "data" / "names.toml"
THESAURUS = Path(__file__).parent / "data" / "thesaurus.toml"

Form = Literal["name", "demonym", "government"]


@dataclass(frozen=True, slots=True)
class Country:
    """A country or delegation, and the words by which reports call it.

    name         English short name, as it appears in `who`.
    aliases      other names of the country: "DPRK", "Republic of Korea", "the North".
    demonyms     adjectives and people: "Korean", "ROK", "Dutch".
    governments  what stands for its government: "Seoul", "the Kremlin".
    """

    name: str
    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    governments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A country named at [start, end) of some text, and by which kind of word."""

    start: int
    end: int
    country: str
    form: Form


@dataclass(frozen=True)
class Names:
    """All names in force.

    alike    groups of terms that mean one thing; all of a group's terms are equal.
    places   longer names that hold a country's and mean something else: "Korean Peninsula", "Sea of Japan", "Washington, D.C.".
    akin     groups of terms that mean nearly the same ("drill", "military exercise"): a question may use one for the other, at less weight.
    """

    countries: tuple[Country, ...] = ()
    alike: tuple[tuple[str, ...], ...] = ()
    places: tuple[str, ...] = ()
    akin: tuple[tuple[str, ...], ...] = ()
    _forms: dict[str, tuple[str, Form]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Make the table of forms."""
        for country in self.countries:
            groups: tuple[tuple[tuple[str, ...], Form], ...] = (
                ((country.name, *country.aliases), "name"),
                (country.demonyms, "demonym"),
                (country.governments, "government"),
            )
            for words, form in groups:
                for word in words:
                    self._forms.setdefault(word.casefold(), (country.name, form))

    @cached_property
    def _words(self) -> list[str]:
        """All names, longest first, as regular expressions."""
        named = {w for c in self.countries for w in (c.name, *c.aliases, *c.demonyms, *c.governments)}
        return [re.escape(w).replace(r"\ ", r"\s+") for w in sorted(named.union(self.places), key=len, reverse=True)]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # By first letters, each tried before what stands before it: so the search skips to the letters that a name begins with.
        by_letter: dict[str, list[str]] = {}
        for word in self._words:
            first = word[: 2 if word.startswith("\\") else 1]  # escaped, it is two characters
            by_letter.setdefault(first, []).append(word[len(first) :])
        inner = "|".join(rf"{first}(?<![\w-]{first})(?:{'|'.join(rests)})" for first, rests in by_letter.items()) or r"(?!)"
        return re.compile(rf"(?:{inner})(?!\w)")

    def mentions(self, text: str, *, any_case: bool = False) -> list[Mention]:
        """Every country named in `text`, left to right, longest name first. Reports are matched in their own case; questions in any."""
        pattern = self._loose if any_case else self._pattern
        found = []
        for m in pattern.finditer(text):
            known = self._forms.get(re.sub(r"\s+", " ", m.group()).casefold())
            if known is not None:  # else it is one of the places
                found.append(Mention(m.start(), m.end(), *known))
        return found

    @cached_property
    def _loose(self) -> re.Pattern[str]:
        inner = "|".join(self._words) or r"(?!)"
        return re.compile(rf"(?<![\w-])(?:{inner})(?!\w)", re.IGNORECASE)

    def country(self, word: str) -> str | None:
        """The country that `word` names, in any form and case, or None."""
        found = self._forms.get(word.strip().casefold())
        return found[0] if found else None

    def to_json(self) -> str:
        """The names as JSON text, to be kept in an index."""
        return json.dumps(
            {"countries": [asdict(c) for c in self.countries], "alike": self.alike, "places": self.places, "akin": self.akin},
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> Names:
        """The names that `to_json` wrote."""
        data = json.loads(text)
        return cls(
            tuple(_country(c) for c in data["countries"]),
            tuple(tuple(g) for g in data["alike"]),
            tuple(data.get("places", ())),
            tuple(tuple(g) for g in data.get("akin", ())),
        )


def load_names(own: Path | None = None) -> Names:
    """The shipped names, with the file `own` laid over them where it exists.

    In `own`, a `[[country]]` of a known name adds its words to ours, a new name is a new country, each `[[alike]]` group is added, and so
    are the `terms` of `[places]` and each `[[akin]]` group.
    Raises RapporteurError, naming the file, when it is not such a file.
    """
    countries, alike, places, _ = _read(SHIPPED)
    *_, akin = _read(THESAURUS)
    if own is not None and own.is_file():
        more, groups, more_places, near = _read(own)
        by_name = {c.name: c for c in countries}
        for c in more:
            known = by_name.get(c.name, Country(c.name))
            by_name[c.name] = Country(
                c.name,
                tuple(dict.fromkeys((*known.aliases, *c.aliases))),
                tuple(dict.fromkeys((*known.demonyms, *c.demonyms))),
                tuple(dict.fromkeys((*known.governments, *c.governments))),
            )
        # A user's word wins over ours: whoever claims it first in the list owns it.
        own_names = {c.name for c in more}
        countries = sorted(by_name.values(), key=lambda c: c.name not in own_names)
        alike = [*groups, *alike]
        places = [*more_places, *places]
        akin = [*near, *akin]
    return Names(tuple(countries), tuple(alike), tuple(places), tuple(akin))


def _read(path: Path) -> tuple[list[Country], list[tuple[str, ...]], list[str], list[tuple[str, ...]]]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        return (
            [_country(c) for c in data.get("country", [])],
            [tuple(map(str, g["terms"])) for g in data.get("alike", [])],
            [str(term) for term in data.get("places", {}).get("terms", [])],
            [tuple(map(str, g["terms"])) for g in data.get("akin", [])],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RapporteurError(
            f"{path.name}: the list of names cannot be read ({error}). Mend it as docs/names.md shows, or remove it."
        ) from error


def _country(entry: dict[str, object]) -> Country:
    def words(key: str) -> tuple[str, ...]:
        value = entry.get(key, ())
        if isinstance(value, str) or not isinstance(value, (list, tuple)):
            raise TypeError(f'{entry.get("name")}: "{key}" is not a list of words')
        return tuple(map(str, value))

    return Country(str(entry["name"]), words("aliases"), words("demonyms"), words("governments"))
