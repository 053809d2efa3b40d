"""Who holds a view: noun phrases that stand for people in the room, for countries' delegations, for persons and for governments.

`HolderReader.read(tokens, at)` reads one such phrase from a given token on, or finds that none begins there. What it reads is always whole:
"Some, though not all, Japanese participants", "the delegation of New Zealand", "Vice Admiral (retd.) K. P. Nambisan".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from index.report import Scope
from index.tokens import Token, lows
from index.wording import Wording

Number = Literal["one", "body", "many"]

_DETERMINERS = frozenset(["the", "a", "an", "this", "that", "these", "those", "their", "her", "his", "its", "our"])
_POINTING = frozenset(["these", "those", "this", "that"])
_OWNED = frozenset(["their", "her", "his", "its", "our"])
_NUMBERS = frozenset(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
_WHOLE = frozenset(["both", "all", "two", "three", "four", "five", "six"])
_PLAIN = frozenset(
    ["assembled", "attending", "participating", "other", "fellow", "respective", "same", "present", "workshop", "meeting", "conference"]
)
_ELSEWHERE = frozenset(
    ["previous", "last", "earlier", "first", "second", "third", "fourth", "fifth", "next", "former", "another", "sub-regional"]
)
_STOP = frozenset(
    """and or but nor of in on at by to for from with within without under over between among as than that which who whom whose whether if when
    where while although though because since until about against into onto upon per via is are was were be been being am has have had do does did
    can could will would shall should may might must not no never i we you he she it they them us him there here , ; : . ( ) “ ” " ‘ ’ – — - ! ?
    also then however therefore both all each""".split()
)
_PARTICLES_OF_NAMES = frozenset(
    ["de", "van", "von", "der", "den", "bin", "al", "ben", "la", "del", "da", "dos", "le", "el", "binti", "ibn", "di", "du", "ter", "zu"]
)
_AFTER_NAME = frozenset(["(", "retd.", "ret.", "ret", "retd", ")", "jr.", "sr.", "."])


@dataclass(frozen=True, slots=True)
class Holder:
    """A holder read from tokens [start, end).

    number     how a pronoun may stand for it: "one" he or she, "body" it, "many" they.
    countries  in the order of the text (`who` is sorted).
    negative   "No participant", "Neither side".
    pronoun    it stands for a holder named before, to be found in the paragraph: None where it names itself.
    bare       a quantifier alone: "Some", "Several".
    """

    start: int
    end: int
    scope: Scope
    countries: tuple[str, ...] = ()
    number: Number = "many"
    negative: bool = False
    pronoun: str | None = None
    bare: bool = False
    span: tuple[int, int] | None = None
    stale: bool = False

    @property
    def who(self) -> tuple[str, ...]:
        """Countries or names, sorted, each once."""
        return tuple(sorted(set(self.countries)))


@dataclass(frozen=True)
class HolderReader:
    """Reads holders with the words in force.

    persons          last and full names that the report gives, lower-cased -> the full name.
    chair            who was in the chair.
    single_speakers  one spoke for each country: "the Korean and Singaporean speakers" are persons.
    declares         the report is a declaration ("We, the Ministers"): its "we" may speak in the present tense.
    """

    wording: Wording
    persons: Mapping[str, str] = field(default_factory=dict)
    chair: str | None = None
    single_speakers: bool = False
    declares: bool = False

    def read(self, tokens: Sequence[Token], at: int) -> Holder | None:
        """The longest holder that begins at token `at`, with others joined to it by "and"."""
        first = self._one(tokens, at) or self.bare_name(tokens, at)
        if first is None or first.pronoun is not None:
            return first
        holder = first
        low = lows(tokens)
        while holder.end < len(tokens):
            step = holder.end
            if low[step] == "," and self._joins_later(tokens, step):
                step += 1
            if step < len(tokens) and low[step] in ("and", "&", "or"):
                step += 1
            if step == holder.end:
                break
            other = self._one(tokens, step) or (self.bare_name(tokens, step) if holder.scope == "person" else None)
            if other is None or other.pronoun is not None or other.scope not in (holder.scope, "person"):
                break
            if other.scope != holder.scope and holder.scope != "person":
                break
            holder = replace(holder, end=other.end, countries=(*holder.countries, *other.countries), number="many")
        if holder.scope == "government" and low[holder.end : holder.end + 1] == ["'s"]:
            return None
        return holder

    def _joins_later(self, tokens: Sequence[Token], comma: int) -> bool:
        """ "Russia, Iran and Turkey": a comma joins when the next holder is followed by "and" or by another such comma."""
        other = self._one(tokens, comma + 1)
        if other is None or other.end >= len(tokens):
            return comma + 1 < len(tokens) and tokens[comma + 1].low == "and"
        if tokens[other.end].low == "and":
            return self._one(tokens, other.end + 1) is not None
        return tokens[other.end].low == "," and self._joins_later(tokens, other.end)

    def _one(self, tokens: Sequence[Token], at: int) -> Holder | None:
        if at >= len(tokens) or tokens[at].quoted:
            return None
        return self._person(tokens, at) or self._pronoun(tokens, at) or self._group(tokens, at) or self._countries(tokens, at)

    # Persons -------------------------------------------------------------------------------------------------------------------------

    def _person(self, tokens: Sequence[Token], at: int) -> Holder | None:
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
            elif (
                low[here] in ("former", "retired", "the", "chair", "co-chair", "moderator", "rapporteur") or tokens[here].form == "demonym"
            ) and not titled:
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
        for stop in range(end, at, -1):
            full = self.persons.get(" ".join(t.text for t in tokens[at:stop]).lower())
            if full is not None and stop == end:
                return Holder(at, self._after_person(tokens, end), "person", (full,), "one")
        return None

    def bare_name(self, tokens: Sequence[Token], at: int) -> Holder | None:
        """ "Andrey Kortunov": two to four capitalised words without a title, none of which is an institution's or a region's."""
        end = name_end(tokens, at)
        words = [t.low for t in tokens[at:end]]
        article = at > 0 and tokens[at - 1].low in _DETERMINERS
        if (
            article
            or not 2 <= len(words) <= 4
            or set(words) & self.wording.words("holders.institutions")
            or any(t.country for t in tokens[at:end])
        ):
            return None
        if any(w in _STOP or w in self.wording.forms for w in words) or any(t.text.isupper() and len(t.text) > 2 for t in tokens[at:end]):
            return None
        return Holder(at, self._after_person(tokens, end), "person", (" ".join(t.text for t in tokens[at:end]),), "one")

    def full_name(self, name: str) -> str:
        """The full name that the report gives for a last name."""
        return self.persons.get(name.lower(), name)

    def _after_person(self, tokens: Sequence[Token], end: int) -> int:
        """Past "(ret.)" and ", Vice President of the WCFP," where more of the sentence follows."""
        low = lows(tokens)
        if end < len(tokens) and low[end] == "(" and ")" in low[end : end + 6]:
            end = low.index(")", end) + 1
        if end < len(tokens) and low[end] == "of":  # "of the Borealis Institute"
            stop = end + 1
            while stop < len(tokens) and (tokens[stop].capital or low[stop] in ("the", "of", "for", "and")):
                stop += 1
            if stop < len(tokens) and low[stop - 1] not in ("the", "of", "for", "and"):
                end = stop
        return end

    # Pronouns ------------------------------------------------------------------------------------------------------------------------

    def _pronoun(self, tokens: Sequence[Token], at: int) -> Holder | None:
        low = tokens[at].low
        if low == "we":  # a report that says "we" speaks for the room
            return Holder(at, self._after_we(tokens, at), "everyone", bare=not self.declares)
        following = tokens[at + 1].low if at + 1 < len(tokens) else ""
        if low in ("they", "he", "she", "it"):
            number: Number = "many" if low == "they" else "body" if low == "it" else "one"
            return Holder(at, at + 1, "unattributed", number=number, pronoun=low)
        if (
            low == "the"
            and following in ("latter", "former")
            and at + 2 < len(tokens)
            and tokens[at + 2].low not in self.wording.words("holders.roles")
        ):
            return Holder(at, at + 2, "unattributed", number="many", pronoun=following)
        return None

    def _after_we(self, tokens: Sequence[Token], at: int) -> int:
        """Past ", the Heads of State and Government of ..., "."""
        low = lows(tokens)
        if low[at + 1 : at + 3] != [",", "the"]:
            return at + 1
        close = next((i for i in range(at + 3, min(at + 40, len(low))) if low[i] == ","), at)
        return close + 1

    # Groups --------------------------------------------------------------------------------------------------------------------------

    def _group(self, tokens: Sequence[Token], at: int) -> Holder | None:
        return _GroupReading(self, tokens, at).read()

    def _countries(self, tokens: Sequence[Token], at: int) -> Holder | None:
        """ "Russia and Japan", "Beijing", "the Philippines", and a people: "the Indians", "Americans"."""
        here = at + (tokens[at].low == "the")
        if here >= len(tokens) or tokens[here].country is None:
            return None
        token, low = tokens[here], lows(tokens)
        country = token.country or ""
        following = low[here + 1] if here + 1 < len(tokens) else ""
        if token.form == "demonym":
            people = (
                (low[here].endswith("s") and not low[here].endswith(("ss", "swiss"))) or low[here] in ("danes", "dutch", "british", "french")
            )
            plural = people and low[here] not in ("swiss", "lebanese")
            if (plural and low[here].endswith("s")) or (low[at] == "the" and _is_verb_like(following)):
                return Holder(at, here + 1, "delegation", (country,))
            return None
        if following == "'s":
            return None
        return Holder(at, here + 1, "government", (country,), "body")


def name_end(tokens: Sequence[Token], at: int) -> int:
    """Where a person's name ends that begins at `at`: capitalised words and initials, particles between them, at most six."""
    here, last = at, at
    while here < len(tokens) and here - at < 7:
        token = tokens[here]
        if token.quoted or (token.country and token.form != "demonym" and here == at):
            break
        if token.capital and token.text[0].isalpha() and token.low not in _STOP:
            here, last = here + 1, here + 1
        elif token.low in _PARTICLES_OF_NAMES and here > at:
            here += 1
        else:
            break
    return last


def _is_verb_like(word: str) -> bool:
    return word.endswith("ed") or word in (
        "for",
        "were",
        "are",
        "have",
        "had",
        "did",
        "said",
        "also",
        "however",
        ",",
        "felt",
        "thought",
        "saw",
        "held",
        "do",
    )


class _GroupReading:
    """One reading of a group at a place; a class only so that the steps share what has been read."""

    def __init__(self, reader: HolderReader, tokens: Sequence[Token], at: int) -> None:
        self.reader, self.tokens, self.start = reader, tokens, at
        self.low = lows(tokens)
        self.here = at
        self.countries: list[str] = []
        self.forms: list[str | None] = []
        self.quantity: str | None = None  # some, all, none
        self.quantifier = ""
        self.determiner = ""
        self.restricted = False

    def read(self) -> Holder | None:
        self._quantifier()
        if self._is("of"):
            if self.quantity is None:
                return None
            self.here += 1
        if self._is("them", "these", "those", "us") and self.quantity:
            return self._of_them()
        self._determiner()
        if self.quantity is None:
            self._quantifier()
        noun = self._noun()
        if noun is None:
            return self._bare()
        table, end, begin = noun
        return self._holder(table, begin, end)

    def _is(self, *words: str) -> bool:
        return self.here < len(self.tokens) and self.low[self.here] in words

    def _quantifier(self) -> None:
        if self.here >= len(self.tokens):
            return
        for quantity in ("none", "some", "all"):
            end = self.reader.wording.listed_at(f"holders.{quantity}", self.low, self.here)
            longest = end is not None and (self.quantity is None or end > self.here)
            if longest and end is not None:
                if self.quantity == "all" and quantity == "some":
                    continue
                if self.quantity is None or quantity == "some":
                    self.quantity, self.quantifier, after = quantity, " ".join(self.low[self.here : end]), end
                    # "All but one", "not all" are longer than "all"
                    rival = self.reader.wording.listed_at("holders.some", self.low, self.here)
                    if rival is not None and rival > after:
                        self.quantity, self.quantifier, after = "some", " ".join(self.low[self.here : rival]), rival
                    self.here = after
                    self._though_not_all()
                    return

    def _though_not_all(self) -> None:
        """ "Some, though not all, participants"."""
        if self._is(","):
            close = next((i for i in range(self.here + 1, min(self.here + 8, len(self.tokens))) if self.low[i] == ","), None)
            if close is not None and self.low[self.here + 1] in ("though", "but", "if", "perhaps", "although", "even"):
                self.here = close + 1

    def _determiner(self) -> None:
        if self._is(*_DETERMINERS):
            self.determiner = self.low[self.here]
            self.here += 1
            if self._is("vast", "great", "overwhelming"):
                self.here += 1
            if self._is("majority", "minority", "bulk"):
                self.quantity, self.quantifier = "some", "majority"
                self.here += 1
                if self._is("of"):
                    self.here += 1
                if self._is("the"):
                    self.here += 1
            if self._is(*_NUMBERS):
                self.quantity, self.quantifier = "all", self.low[self.here]
                self.here += 1

    def _noun(self) -> tuple[str, int, int] | None:
        """The table of the head noun, where it ends and where it begins; countries and adjectives before it are read on the way."""
        here, adjectives = self.here, 0
        found: tuple[str, int, int] | None = None
        while here < len(self.tokens) and adjectives <= 3:
            token = self.tokens[here]
            if token.quoted:
                break
            if token.country is not None:
                if found is not None:
                    break
                if here + 1 < len(self.tokens) and self.low[here + 1] == "'s" and self.countries:
                    return None
                self.countries.append(token.country)
                self.forms.append(token.form)
                here += 1
                while here < len(self.tokens) and (self.low[here] in ("'s", "'", "and", "or", ",", "&", "/") or self._aside(here)):
                    aside = self._aside(here)
                    if aside:
                        here = aside
                    elif self.low[here] in ("'s", "'") or self._country_follows(here + 1):
                        here += 1
                        here += self.low[here] in ("the", "some", "both") and here + 1 < len(self.tokens)
                    else:
                        break
                continue
            noun = self._listed(here)
            if noun is not None:
                found = noun[0], noun[1], here
                here = noun[1]
                if self.low[here : here + 1] in (["'"], ["'s"]) and self._listed_after(here + 1):
                    here += 1  # "all three countries' participants"
                continue
            if found is not None or token.low in _STOP or token.low in _DETERMINERS or not token.text[0].isalpha():
                break
            if self.reader.wording.is_past(token.low):
                break  # "Japan informed delegations": a verb, no adjective
            if token.capital and here > self.start and self.low[here] not in _PLAIN:
                return None if found is None else found
            adjectives += 1
            if token.low in _ELSEWHERE or token.low not in _PLAIN:
                self.restricted = True
            here += 1
        return found

    def _aside(self, here: int) -> int:
        """ "Japanese and, to a lesser extent, Russian participants": where the words between the commas end."""
        if self.low[here : here + 2] == ["and", ","]:
            close = next((i for i in range(here + 2, min(here + 9, len(self.tokens))) if self.low[i] == ","), None)
            if close is not None and close + 1 < len(self.tokens) and self.tokens[close + 1].country:
                return close + 1
        return 0

    def _country_follows(self, here: int) -> bool:
        """Whether a country comes next, after "and", "the" or "some": "Japanese and some Russian participants"."""
        step = here
        while step < min(here + 3, len(self.tokens)) and self.low[step] in ("and", "the", "some", "both"):
            step += 1
        return step < len(self.tokens) and self.tokens[step].country is not None and self.tokens[step].form != "government"

    def _listed(self, here: int) -> tuple[str, int] | None:
        best: tuple[str, int] | None = None
        for table in ("governments", "participants", "subsets", "bodies", "sides", "roles", "occasions"):
            end = self.reader.wording.listed_at(f"holders.{table}", self.low, here)
            if end is not None and (best is None or end > best[1]):
                best = table, end
        if best is not None and best[0] in ("bodies", "sides") and self.low[here] == "group":
            best = ("sides" if self.countries else "bodies"), best[1]
        return best

    def _listed_after(self, here: int) -> bool:
        return here < len(self.tokens) and self._listed(here) is not None

    def _of_them(self) -> Holder | None:
        pronoun = self.here
        self.here += 1
        if self.low[pronoun] in ("these", "those"):
            noun = self._noun()
            if noun is None:
                return None
            self.here = noun[1]
        countries, end = _from_countries(self.tokens, self.here)
        number: Number = "one" if self.quantifier in ("one", "at least one", "another") else "many"
        scope: Scope = "some" if self.quantity == "some" else "everyone"
        pointed = None if self.low[pronoun] == "us" else "of them"
        return Holder(self.start, end, scope, countries, number, self.quantity == "none", pronoun=pointed)

    def _bare(self) -> Holder | None:
        """A quantifier alone: "Some argued", "All agreed", "None supported"."""
        if (
            self.quantity is None
            or self.countries
            or (self.determiner in ("the", "a", "an", "this", "these", "those", *_OWNED)
            and self.quantifier in _NUMBERS | {""})
        ):
            if self.quantifier in _NUMBERS and self.determiner in ("the", "these") and not self.countries:
                return Holder(self.start, self.here, "everyone", (), "many", pronoun="the two")
            return None
        if self.quantifier in (
            "two",
            "three",
            "four",
            "five",
            "six",
            "certain",
            "other",
            "those",
            "different",
            "various",
            "numerous",
            "parts of",
            "much of",
            "no",
            "every",
            "multiple",
        ):
            return None
        if self._is("of"):
            return None
        scope: Scope = "some" if self.quantity == "some" else "everyone"
        number: Number = "one" if self.quantifier in ("one", "another", "a third", "a second", "someone", "a lone", "a single") else "many"
        countries, end = _from_countries(self.tokens, self.here)
        if not countries and self.quantifier != "both":
            end = _postmodifiers(self.tokens, end, self.reader)[1]
        pronoun = "both" if self.quantifier in ("both", "each") else None
        negative = self.quantity == "none" or self.quantifier in ("not all", "few", "not many")
        return Holder(self.start, end, scope, countries, number, negative, pronoun=pronoun, bare=True)

    def _holder(self, table: str, begin: int, end: int) -> Holder | None:
        self.here = end
        noun = " ".join(self.low[begin:end])
        own = list(self.countries)
        more, after, kind = _postmodifiers(self.tokens, end, self.reader)
        countries = (*own, *more)
        plural = noun.endswith("s") or noun.endswith("people")
        negative = self.quantity == "none" or self.quantifier in ("not all", "not every", "few", "not many")
        if table == "occasions":
            return Holder(self.start, after, "impersonal") if not countries else None
        if table == "governments":
            return Holder(self.start, after, "government", countries, "body") if countries else None
        if self.quantity == "some":
            number: Number = "many" if plural and self.quantifier not in ("one", "another") else "one"
            return Holder(self.start, after, "some", countries, number, negative)
        if countries:
            return self._of_countries(table, noun, plural, countries, after, negative)
        return self._of_nobody(table, noun, plural, after, kind, negative)

    def _of_countries(self, table: str, noun: str, plural: bool, countries: tuple[str, ...], after: int, negative: bool) -> Holder | None:
        if table in ("sides", "bodies"):
            return Holder(self.start, after, "delegation", countries, "body" if len(countries) == 1 else "many", negative)
        if plural:
            if self.determiner == "the" and len(countries) > 1 and self.reader.single_speakers:
                return Holder(self.start, after, "person", countries, "many", negative)
            return Holder(self.start, after, "delegation", countries, "many", negative)
        if noun == "participant" and self.determiner in ("a", "an"):
            return Holder(self.start, after, "some", countries, "one")
        if not self.determiner and "'s" not in self.low[self.start : self.here]:
            return None  # "Japanese expert opinion": a singular role stands with an article
        countries, after = self._apposition(countries, after)
        return Holder(self.start, after, "person", countries, "one", negative)

    def _apposition(self, countries: tuple[str, ...], after: int) -> tuple[tuple[str, ...], int]:
        """ "The Chair, Tan Sri Rahmat Idrus, observed": the name says more than the role."""
        if after < len(self.tokens) and self.low[after] == ",":
            named = self.reader._person(self.tokens, after + 1)
            if named is not None and named.end < len(self.tokens) and self.low[named.end] in (",", "."):
                return named.countries, named.end + (self.low[named.end] == ",")
        return countries, after

    def _of_nobody(self, table: str, noun: str, plural: bool, after: int, kind: str, negative: bool) -> Holder | None:
        if table == "bodies":
            if self.restricted or self.determiner not in ("the", "this", "") or (not self.determiner and not negative):
                return None
            return Holder(self.start, after, "everyone", (), "body", negative)
        if table == "sides" and not plural:
            if self.quantity in ("all", "none"):
                return Holder(self.start, after, "everyone", (), "many", negative)
            pointed = self.determiner in ("this", "that", "the") and "other" not in self.low[self.start : after]
            return Holder(self.start, after, "unattributed", (), "body", pronoun="this side") if pointed else None
        if table == "roles" and not plural:
            return self._role(noun, after, negative)
        if self.determiner in _POINTING:
            return Holder(self.start, after, "everyone", (), "many", negative, pronoun="these")
        if self.determiner in _OWNED:
            peers = noun.rsplit(maxsplit=1)[-1] in ("counterparts", "colleagues", "participants", "delegations")
            return Holder(self.start, after, "some", (), "many", negative) if peers else None
        if self.quantity in ("all", "none"):
            return Holder(self.start, after, "everyone", (), "many", negative)
        narrowed = self.restricted or table == "subsets" or kind == "narrow" or "other" in self.low[self.start : after]
        return Holder(self.start, after, "some" if narrowed else "everyone", (), "many", negative)

    def _role(self, noun: str, after: int, negative: bool) -> Holder | None:
        """A role without a country: "The Chair", "a former official", "this speaker"."""
        if self.quantity in ("none", "all"):
            return Holder(self.start, after, "everyone", (), "many", negative)
        if self.determiner in ("this", "that"):
            return Holder(self.start, after, "unattributed", (), "one", pronoun="this speaker")
        if not self.determiner:
            return None
        if noun == "participant" and self.determiner in ("a", "an"):
            return Holder(self.start, after, "some", (), "one")
        named, after = self._apposition((), after)
        if (
            not named
            and noun in ("chair", "chairman", "chairwoman", "chairperson", "co-chair")
            and self.reader.chair
            and self.determiner == "the"
        ):
            named = (self.reader.chair,)
        return Holder(self.start, after, "person", named, "one", negative)


def _from_countries(tokens: Sequence[Token], at: int) -> tuple[tuple[str, ...], int]:
    """The countries in ", from Korea," or "from Korea and Japan" at `at`, and where that ends."""
    low = lows(tokens)
    here = at + (at < len(tokens) and low[at] == ",")
    if here >= len(tokens) or low[here] not in ("from", "of", "for", "representing"):
        return (), at
    countries: list[str] = []
    here += 1
    while here < len(tokens):
        here += low[here] == "the"
        if here >= len(tokens) or tokens[here].country is None or tokens[here].form == "demonym":
            break
        countries.append(tokens[here].country or "")
        here += 1
        joined = here < len(tokens) and low[here] in (",", "and") and _country_near(tokens, here + 1)
        if not joined:
            break
        here += 1 + (here + 1 < len(tokens) and low[here : here + 2] == [",", "and"])
    if not countries:
        return (), at
    if low[at] == "," and here < len(tokens) and low[here] == ",":
        here += 1
    return tuple(countries), here


def _country_near(tokens: Sequence[Token], at: int) -> bool:
    return any(t.country is not None for t in tokens[at : at + 1]) or (
        at + 1 < len(tokens) and tokens[at].low in ("the", "and") and any(t.country is not None for t in tokens[at + 1 : at + 3])
    )


def _postmodifiers(tokens: Sequence[Token], at: int, reader: HolderReader) -> tuple[tuple[str, ...], int, str]:
    """What follows a head noun: the countries it is from, where that ends, and whether it narrows the group ("narrow") or not ("")."""
    low = lows(tokens)
    here, kind, countries = at, "", ()
    for _ in range(3):
        if here >= len(tokens):
            break
        found, after = _from_countries(tokens, here)
        if found and low[here] != ",":
            countries, here = (*countries, *found), after
            continue
        if low[here] in ("from", "of", "on", "across") and any(w in _WHOLE for w in low[here + 1 : here + 4]):
            end = _phrase_end(tokens, here + 1)
            here = end
        elif low[here] in ("from", "of", "representing", "on"):
            side = reader._group(tokens, here + 1)
            if side is not None and side.scope == "delegation":
                return (*countries, *side.countries), side.end, kind
            place = [t.country for t in tokens[here + 1 : here + 3] if t.country]
            if low[here] == "of" and set(low[here + 1 : here + 4]) & {
                "meeting",
                "workshop",
                "forum",
                "group",
                "conference",
                "dialogue",
                "panel",
                "delegation",
                "session",
            }:
                here = _phrase_end(tokens, here + 1)
            elif place or low[here] == "on":
                break
            else:
                here, kind = _phrase_end(tokens, here + 1), "narrow"
        elif low[here] in ("at", "in", "present", "attending", "alike", "around", "during", "throughout", "across", "to"):
            here = here + 1 if low[here] in ("present", "alike") else _phrase_end(tokens, here + 1)
        elif low[here] in ("who", "whose", "favouring", "supporting", "opposing", "close", "familiar", "with", "except"):
            if low[here] == "with" and "exception" not in low[here : here + 4]:
                break
            kind = "narrow"
            break
        elif low[here] == "(" and ")" in low[here : here + 12]:
            here = low.index(")", here) + 1
        else:
            break
    return countries, here, kind


def _phrase_end(tokens: Sequence[Token], at: int) -> int:
    """Where a short prepositional phrase ends: before a verb, a mark or another preposition, at most six words on."""
    here = at
    while here < len(tokens) and here - at < 7:
        token = tokens[here]
        if token.low in (",", ";", ":", ".", "(", "“", "‘", '"', "that", "who", "which", "also", "however") or token.low in (
            "is", "are", "was", "were", "has", "have", "had", "did", "do", "does", "could", "would", "should", "may", "might", "will", "not",
        ):  # fmt: skip
            break
        if here > at and (reader_verb(token) or token.low.endswith("ly")):
            break
        here += 1
    return here


def reader_verb(token: Token) -> bool:
    """Whether a lower-case word looks like a finite past form."""
    return not token.capital and (
        (token.low.endswith("ed") and token.low not in ("united", "interested"))
        or token.low
        in (
            "said",
            "saw",
            "felt",
            "thought",
            "held",
            "took",
            "put",
            "made",
            "found",
            "spoke",
            "gave",
            "told",
            "came",
            "went",
            "drew",
            "left",
        )
    )
