"""The words by which reports say who holds a view and how firmly: read from a data file that a user can edit.

`index/data/words.toml` holds what we ship; a `words.toml` in the documents folder is laid over it. Like the names, the merged words travel
inside the index, so that a question is understood with the words that the statements were made with.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, cast, get_args

from index.attribution.inflection import Form, inflections, singular
from index.errors import RapporteurError
from index.report import Act

SHIPPED = Path(__file__).parents[1] / "data" / "words.toml"

FIRMNESS: tuple[Act, ...] = ("agreed", "supported", "recommended", "stated", "concerned", "disagreed", "asked", "discussed", "none")
"""The acts in the order in which an answer lists them: common ground first, what was only talked about last."""

Kind = Literal["verbs", "states", "nouns"]

# After these words no other may stand between them and the verb: "rule out", "call for".
_PARTICLES = frozenset(
    [
        "for",
        "on",
        "upon",
        "to",
        "out",
        "of",
        "at",
        "in",
        "that",
        "if",
        "whether",
        "how",
        "up",
        "down",
        "into",
        "about",
        "with",
        "from",
        "against",
    ]
)
_NO_GAP = frozenset(
    [",", ";", ":", ".", "(", ")", "that", "which", "who", "and", "or", "but", "to", "by", "whether", "if", "with", "for", "on", "of"]
)
_GAP = 3
_BEFORE_PARTICLE = frozenset(["also", "again", "instead", "it", "this", "that", "them", "these"])  # "rule this out"
_NO_OBJECT = frozenset(["that", "which", "who", "whose", "whether", "if", "but", "and", "or", "was", "were", "is", "are"])


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that show an act: a verb's base form and what must follow it, a state after "be", or a noun."""

    words: tuple[str, ...]
    act: Act
    kind: Kind


@dataclass(frozen=True)
class Wording:
    """All words in force. `lists` are the tables besides the acts, by name ("holders.participants"); `irregular` the verbs' other forms."""

    phrases: tuple[Phrase, ...] = ()
    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()
    irregular: tuple[tuple[str, str], ...] = ()

    def act_of(self, words: str) -> Act | None:
        """The act that `words` show, a verb in any inflection, a noun or a state: "agreed", "called for", "consensus", "in favour of"."""
        tokens = re.findall(r"[\w'’-]+", words.lower())
        while tokens and tokens[0] in ("to", "be", "is", "are", "was", "were", "did", "do", "does", "has", "have", "had", "been"):
            tokens = tokens[1:]
        if not tokens:
            return None
        found = self.state_at(tokens, 0) or self.verb_at(tokens, 0) or self.noun_at(tokens, 0)
        return found[0].act if found else None

    def words(self, name: str) -> frozenset[str]:
        """The table `name`, lower-cased."""
        return self._sets.get(name, frozenset())

    def verb_at(self, tokens: Sequence[str], at: int) -> tuple[Phrase, int] | None:
        """The longest verb phrase that begins at token `at`, and where it ends."""
        bases = self.forms.get(tokens[at], {})
        best: tuple[Phrase, int] | None = None
        for base in bases:
            for phrase in self._by_verb.get(base, ()):
                end = _follow(tokens, at + 1, phrase.words[1:])
                if end is not None and (best is None or len(phrase.words) > len(best[0].words)):
                    best = phrase, end
        return best

    def state_at(self, tokens: Sequence[str], at: int) -> tuple[Phrase, int] | None:
        """The longest state that begins at token `at`."""
        return _longest(self._by_state.get(tokens[at], ()), tokens, at)

    def noun_at(self, tokens: Sequence[str], at: int) -> tuple[Phrase, int] | None:
        """The longest act noun, singular or plural, that begins at token `at`."""
        return _longest(self._by_noun.get(singular(tokens[at]), self._by_noun.get(tokens[at], ())), tokens, at)

    def listed_at(self, name: str, tokens: Sequence[str], at: int) -> int | None:
        """Where the longest entry of the table `name` ends that begins at token `at`; verbs among them in any inflection."""
        best: int | None = None
        for entry in self._heads.get(name, {}).get(tokens[at], ()):
            end = _follow(tokens, at + 1, entry[1:]) if "…" in entry else at + len(entry)
            fits = end is not None and ("…" in entry or tuple(tokens[at + 1 : end]) == entry[1:])
            if end is not None and fits and (best is None or end > best):
                best = end
        return best

    def is_past(self, word: str) -> bool:
        """Whether `word` is the past of a verb that shows an act."""
        return any("past" in forms for forms in self.forms.get(word, {}).values())

    @cached_property
    def forms(self) -> Mapping[str, Mapping[str, frozenset[Form]]]:
        """Every inflected form -> its base forms -> which form it is."""
        table: dict[str, dict[str, set[Form]]] = {}
        verbs = {p.words[0] for p in self.phrases if p.kind == "verbs"}
        for name in (
            "carriers.active",
            "carriers.passive",
            "carriers.intransitive",
            "turning.phrases",
            "turning.passing",
            "holders.ceremony",
        ):
            verbs |= {entry.split()[0] for entry in dict(self.lists).get(name, ())}
        irregular = dict(self.irregular)
        for base in verbs | set(irregular):
            for form, kinds in inflections(base, irregular.get(base)).items():
                table.setdefault(form, {}).setdefault(base, set()).update(kinds)
        return {form: {base: frozenset(k) for base, k in bases.items()} for form, bases in table.items()}

    @cached_property
    def _by_verb(self) -> Mapping[str, tuple[Phrase, ...]]:
        return _grouped([p for p in self.phrases if p.kind == "verbs"])

    @cached_property
    def _by_state(self) -> Mapping[str, tuple[Phrase, ...]]:
        return _grouped([p for p in self.phrases if p.kind == "states"])

    @cached_property
    def _by_noun(self) -> Mapping[str, tuple[Phrase, ...]]:
        return _grouped([p for p in self.phrases if p.kind == "nouns"])

    @cached_property
    def _sets(self) -> Mapping[str, frozenset[str]]:
        return {name: frozenset(w.lower() for w in words) for name, words in self.lists}

    @cached_property
    def _heads(self) -> Mapping[str, Mapping[str, tuple[tuple[str, ...], ...]]]:
        """Table name -> a token with which an entry begins, in any inflection -> the entries."""
        tables: dict[str, dict[str, list[tuple[str, ...]]]] = {}
        by_base: dict[str, list[str]] = {}
        for form, bases in self.forms.items():
            for base in bases:
                by_base.setdefault(base, []).append(form)
        for name, entries in self.lists:
            table = tables.setdefault(name, {})
            verbs = name.startswith(("carriers", "turning")) or name == "holders.ceremony"
            for entry in entries:
                words = tuple(entry.lower().split())
                for form in {words[0], *(by_base.get(words[0], ()) if verbs else ())}:
                    table.setdefault(form, []).append(words)
        return {name: {form: tuple(entries) for form, entries in table.items()} for name, table in tables.items()}

    def to_json(self) -> str:
        """The words as JSON text, to be kept in an index."""
        phrases = [[" ".join(p.words), p.act, p.kind] for p in self.phrases]
        return json.dumps({"phrases": phrases, "lists": dict(self.lists), "irregular": dict(self.irregular)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Wording:
        """The words that `to_json` wrote."""
        data = json.loads(text)
        return cls(
            tuple(Phrase(tuple(words.split()), act, kind) for words, act, kind in data["phrases"]),
            tuple((name, tuple(words)) for name, words in data["lists"].items()),
            tuple(data["irregular"].items()),
        )


def load_wording(own: Path | None = None) -> Wording:
    """The shipped words, with the file `own` laid over them where it exists: what it lists is added, or moved from where we put it.

    Raises RapporteurError, naming the file, when it is not such a file.
    """
    wording = _read(SHIPPED)
    if own is None or not own.is_file():
        return wording
    mine = _read(own)
    taken = {(p.words, p.kind) for p in mine.phrases}
    lists = {name: tuple(dict.fromkeys((*words, *dict(mine.lists).get(name, ())))) for name, words in wording.lists}
    return Wording(
        (*mine.phrases, *(p for p in wording.phrases if (p.words, p.kind) not in taken)),
        tuple(lists.items()),
        tuple({**dict(wording.irregular), **dict(mine.irregular)}.items()),
    )


def _read(path: Path) -> Wording:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        acts: dict[str, Any] = data.pop("acts", {})
        irregular = data.pop("irregular", {})
        unknown = set(acts) - set(get_args(Act))
        if unknown:
            raise ValueError(f"no such act: {', '.join(sorted(unknown))}")
        kinds: tuple[Kind, ...] = get_args(Kind)
        phrases = [
            Phrase(tuple(_text(e).split()), cast(Act, act), kind)
            for act, tables in acts.items()
            for kind in kinds
            for e in tables.get(kind, ())
        ]
        lists = [(f"{table}.{name}", tuple(map(_text, entries))) for table, names in data.items() for name, entries in names.items()]
        return Wording(tuple(phrases), tuple(lists), tuple((str(k), _text(v)) for k, v in irregular.items()))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        message = f"{path.name}: the list of words cannot be read ({error}). Mend it as docs/attribution.md shows, or remove it."
        raise RapporteurError(message) from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text in quotes")
    return value


def _grouped(phrases: Sequence[Phrase]) -> Mapping[str, tuple[Phrase, ...]]:
    groups: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        groups.setdefault(phrase.words[0], []).append(phrase)
    return {word: tuple(group) for word, group in groups.items()}


def _longest(phrases: Sequence[Phrase], tokens: Sequence[str], at: int) -> tuple[Phrase, int] | None:
    best: tuple[Phrase, int] | None = None
    for phrase in phrases:
        end = at + len(phrase.words)
        fits = all(w in (t, singular(t)) for w, t in zip(phrase.words[1:], tokens[at + 1 : end], strict=False)) and end <= len(tokens)
        if fits and (best is None or end > best[1]):
            best = phrase, end
    return best


def _follow(tokens: Sequence[str], at: int, words: Sequence[str]) -> int | None:
    """Where `words` end that follow from token `at`, with a few others between: "took strong issue", "expressed its deep concern"."""
    object_between = False
    for word in words:
        if word == "…":  # "greet … with satisfaction": what was greeted stands between
            object_between = True
            continue
        if object_between:
            found = next((i for i in range(at + 1, min(at + 8, len(tokens))) if word in (tokens[i], singular(tokens[i]))), None)
            between = tokens[at + (tokens[at : at + 1] == ["that"]) : found]  # "gave that request its full support"
            if found is None or not all(t[0].isalnum() and t not in _NO_OBJECT for t in between):
                return None
            at, object_between = found + 1, False
            continue
        gap = 1 if word in _PARTICLES else _GAP
        for step in range(gap + 1):
            if at + step >= len(tokens):
                return None
            token = tokens[at + step]
            if word in (token, singular(token)):
                at += step + 1
                break
            filler = token[0].isalpha() and token not in _NO_GAP
            if not filler or (word in _PARTICLES and not token.endswith("ly") and token not in _BEFORE_PARTICLE):
                return None
        else:
            return None
    return at
