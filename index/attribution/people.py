"""The persons that a report names: with a title or without, by full name or last name, and who was in the chair."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from index.attribution.holder import DETERMINERS, FUNCTION_WORDS, Holder
from index.attribution.tokens import Token, lows, tokenise, word_set
from index.attribution.wording import Wording
from index.names import Names

_PARTICLES = word_set("de van von der den bin al ben la del da dos le el binti ibn di du ter zu")
_UNTITLED = word_set("former retired the chair co-chair moderator rapporteur")
_IN_NAMES = frozenset(["the", "of", "for", "and", "'s", "'"])  # inside an institution's: "the Tonga Seafarers' School"
_CHAIR = re.compile(r"\bChair(?:man|woman|person)?,\s|\bchaired\s+by\s|\bchairmanship\s+of\s|\bchair\s+of\s+the\s+\w+,\s")

# "Pierre-Luc Gagnon, formerly of Transport Canada, would"; "Andrey Kortunov (RIAC) argued": a name and office that open a sentence.
_UNTITLED_SPEAKER = re.compile(
    r"(?:^|(?<=[.!?]\s))\s*([A-ZÀ-Þ][\w’'-]+(?:\s+[A-ZÀ-Þ][\w.’'-]+){1,2})"
    r"(?:,\s+(?:formerly|former|then|now|previously|until\s+recently|an?|the|of|from|who|director|president|head|chair)\b|\s+\([A-Z][^)\n]{1,60}\)\s+[a-z]+(?:ed|s)\b)",
    re.MULTILINE,
)


# A list of those present that gives initials: "KAB	Kwame Boadu", "KAB: Kwame Boadu", "Kwame Boadu (KAB)".
_NAME = r"[A-ZÀ-Þ][\w’'.-]+(?: [\w’'.-]+){0,3} [A-ZÀ-Þ][\w’'-]+"
_INITIALS = re.compile(
    rf"^[ \t|*•-]*(?P<first>[A-Z]{{2,4}})[ \t]*(?:\t|\||[:=–—]|\s-\s| {{2,}})[ \t]*(?P<listed>{_NAME})"
    rf"|(?P<name>{_NAME}) \((?P<behind>[A-Z]{{2,4}})\)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class People:
    """Reads persons.

    known  last and full names that the report gives, lower-cased -> the full name; initials that minutes use, as they are printed, too.
    chair  who was in the chair.
    """

    wording: Wording
    known: Mapping[str, str] = field(default_factory=dict)
    chair: str | None = None

    def person(self, tokens: Sequence[Token], at: int) -> Holder | None:
        """ "Vice Admiral (retd.) K. P. Nambisan", "Dr. Kolbe", or a name that the report gives with a title elsewhere."""
        begin = self.after_titles(tokens, at)
        if begin is None:
            return self._known_person(tokens, at)
        end = name_end(tokens, begin)
        if end == begin:
            return None
        name = self.full_name(" ".join(t.text for t in tokens[begin:end]))
        return Holder(at, self._after_person(tokens, end), "person", (name,), "one")

    def after_titles(self, tokens: Sequence[Token], at: int) -> int | None:
        """Where the titles end that begin at `at` ("former", a country's adjective and "(ret.)" among them), or None."""
        low = lows(tokens)
        here, titled = at, False
        while here < len(tokens):
            end = None if not tokens[here].capital else self.wording.listed_at("holders.titles", low, here)
            if end is not None:
                here, titled = end, True
            elif (low[here] in _UNTITLED or tokens[here].form == "demonym") and not titled:
                here += 1
            elif titled and low[here] in ("to", "for", "of") and here + 1 < len(tokens) and tokens[here + 1].country:
                here += 2  # "Japanese Ambassador to Russia Toyohisa Kozuki"
            elif titled and low[here] == "(" and ")" in low[here : here + 5]:
                here = low.index(")", here) + 1
            elif titled and low[here] in ("(", "retd.", "ret.", "."):
                here += 1
            else:
                break
        return here if titled else None

    def _known_person(self, tokens: Sequence[Token], at: int) -> Holder | None:
        if not tokens[at].capital or tokens[at].country:
            return None
        end = name_end(tokens, at)
        initials = self.known.get(tokens[at].text) if tokens[at].text.isupper() else None
        if initials is not None:
            return Holder(at, at + 1, "person", (initials,), "one")
        for stop in range(end, at, -1):
            full = self.known.get(" ".join(t.text for t in tokens[at:stop]).lower())
            if full is not None and stop == end:
                return Holder(at, self._after_person(tokens, end), "person", (full,), "one")
        return None

    def bare_name(self, tokens: Sequence[Token], at: int) -> Holder | None:
        """ "Andrey Kortunov": two to four capitalised words without a title, none of which is an institution's or a region's."""
        end = name_end(tokens, at)
        words = [t.low for t in tokens[at:end]]
        article = at > 0 and tokens[at - 1].low in DETERMINERS
        if (
            article
            or not 2 <= len(words) <= 4
            or set(words) & self.wording.words("holders.institutions")
            or any(t.country for t in tokens[at:end])
        ):
            return None
        if any(w in FUNCTION_WORDS or w in self.wording.forms for w in words) or any(
            t.text.isupper() and len(t.text) > 1 for t in tokens[at:end]
        ):
            return None
        return Holder(at, self._after_person(tokens, end), "person", (" ".join(t.text for t in tokens[at:end]),), "one", bare=True)

    def full_name(self, name: str) -> str:
        """The full name that the report gives for a last name."""
        return self.known.get(name.lower(), name)

    def _after_person(self, tokens: Sequence[Token], end: int) -> int:
        """Past "(ret.)" and ", Vice President of the WCFP," where more of the sentence follows."""
        low = lows(tokens)
        if end < len(tokens) and low[end] == "(" and ")" in low[end : end + 6]:
            end = low.index(")", end) + 1
        if end < len(tokens) and low[end] == "of":  # "of the Borealis Institute"
            stop = end + 1
            while stop < len(tokens) and (tokens[stop].capital or low[stop] in _IN_NAMES or self._in_a_service(tokens, stop)):
                stop += 1
            if stop < len(tokens) and low[stop - 1] not in _IN_NAMES:
                end = stop
        return end

    def _in_a_service(self, tokens: Sequence[Token], at: int) -> bool:
        """ "of the Icelandic coast guard": a plain word of a country's service, no verb."""
        low = tokens[at].low
        if not low.isalpha() or low in FUNCTION_WORDS or low in self.wording.forms or self.wording.is_past(low):
            return False
        return any(token.form == "demonym" for token in tokens[max(at - 3, 0) : at])


def name_end(tokens: Sequence[Token], at: int) -> int:
    """Where a person's name ends that begins at `at`: capitalised words and initials, particles between them, at most six."""
    here, last = at, at
    while here < len(tokens) and here - at < 7:
        token = tokens[here]
        if token.quoted or (token.country and token.form != "demonym" and here == at):
            break
        if token.capital and token.text[0].isalpha() and token.low not in FUNCTION_WORDS:
            here, last = here + 1, here + 1
        elif token.low in _PARTICLES and here > at:
            here += 1
        else:
            break
    return last


def find_people(text: str, names: Names, wording: Wording) -> dict[str, str]:
    """Last and full names, lower-cased, of the persons that `text` gives with a title, each to the fullest name."""
    reader = People(wording)
    titles = sorted((t for t in dict(wording.lists).get("holders.titles", ()) if t[0].isupper() and len(t) > 1), key=len, reverse=True)
    found: dict[str, str] = {}
    families: dict[str, str] = {}  # "Ambassador Baek Jin-uk" is "Ambassador Baek" from then on
    alone: dict[str, None] = {}  # last names that stand alone behind a title
    found.update(_find_initials(text, reader, names))
    if not titles:
        return found
    for m in re.finditer(rf"\b(?:{'|'.join(map(re.escape, titles))})(?=[\s(])", text):
        tokens = tokenise(text, m.start(), min(m.start() + 120, len(text)), names)
        begin = reader.after_titles(tokens, 0)
        words = [t.text for t in tokens[begin : name_end(tokens, begin)]] if begin is not None else []
        if len(words) == 1 and len(words[0]) > 2:
            alone[words[0]] = None
        if len(words) < 2 or {w.lower() for w in words} & wording.words("holders.institutions"):
            continue
        full = " ".join(words)
        found.setdefault(full.lower(), full)
        found.setdefault(words[-1].lower(), full)
        particle = next((i for i, word in enumerate(words) if word in _PARTICLES), len(words))
        found.setdefault(" ".join(words[particle:]).lower() or full.lower(), full)  # "De la Cruz-Meyer"
        families.setdefault(words[0].lower(), full)
    for m in _UNTITLED_SPEAKER.finditer(text):
        tokens = tokenise(text, m.start(1), m.end(1), names)
        speaker = None if reader.after_titles(tokens, 0) is not None else reader.bare_name(tokens, 0)
        if speaker is not None and " ".join(m[1].split()) == speaker.countries[0]:
            full = speaker.countries[0]
            found.setdefault(full.lower(), full)
            found.setdefault(full.split()[-1].lower(), full)
    for last in alone:
        listed = None if last.lower() in found or last.lower() in families else _untitled(last, text, reader, names)
        if listed is not None:
            found[last.lower()] = found[listed.lower()] = listed
    return {**families, **found}


def _find_initials(text: str, reader: People, names: Names) -> dict[str, str]:
    """Initials -> full name, where a list of those present gives both and the text goes on to use them: "KAB said"."""
    found: dict[str, str] = {}
    for m in _INITIALS.finditer(text):
        initials, name = (m["first"], m["listed"]) if m["first"] else (m["behind"], m["name"])
        letters = [part[0] for part in re.split(r"[\s-]+", name)]
        if letters[0] != initials[0] or initials[-1] not in letters[1:]:
            continue
        tokens = tokenise(text, *m.span("listed" if m["first"] else "name"), names)
        begin = reader.after_titles(tokens, 0) or 0
        person = reader.bare_name(tokens, begin)
        if person is not None and re.search(rf"(?:^|[.!?]\s|\band\s){initials} (?:also |then )?[a-z]+", text, re.MULTILINE):
            found.setdefault(initials, person.countries[0])
    return found


def _untitled(last: str, text: str, reader: People, names: Names) -> str | None:
    """The one full name that the text gives without a title, as a list of participants does, for a last name: "Asma Qureshi"."""
    fulls: set[str] = set()
    for m in re.finditer(rf"(?<![\w-])[A-ZÀ-Þ][\w’'-]+ (?:[A-Z]\. |[A-ZÀ-Þ][\w’'-]+ )?{re.escape(last)}(?![\w-])", text):
        tokens = tokenise(text, m.start(), m.end(), names)
        person = None if reader.after_titles(tokens, 0) is not None else reader.bare_name(tokens, 0)
        if person is not None and person.countries[0] == m[0]:
            fulls.add(m[0])
    return fulls.pop() if len(fulls) == 1 else None


def find_chair(text: str, names: Names, wording: Wording, people: dict[str, str]) -> str | None:
    """The name of the person in the chair, where the text says it."""
    reader = People(wording, people)
    for m in _CHAIR.finditer(text):
        holder = reader.person(tokenise(text, m.end(), min(m.end() + 90, len(text)), names), 0)
        if holder is not None and holder.countries:
            return holder.countries[0]
    return None
