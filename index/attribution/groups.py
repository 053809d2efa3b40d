"""Groups of people as holders: "Some, though not all, Japanese participants", "the delegation of New Zealand", "The Meeting"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.attribution.holder import DETERMINERS, FUNCTION_WORDS, Holder, Number
from index.attribution.manner import Manner
from index.attribution.modifiers import After, countries_after, read_after
from index.attribution.people import People
from index.attribution.roles import country_of_service, unlisted_role
from index.attribution.tokens import Token, lows, word_set
from index.attribution.wording import Wording
from index.report import Scope

_POINTING = word_set("these those this that")
_OWNED = word_set("their her his its our")
_NUMBERS = word_set("two three four five six seven eight nine ten")
_PLAIN = word_set("assembled attending participating other fellow respective same present workshop meeting conference")
_NOT_ALONE = word_set("two three four five six certain other those different various numerous no every multiple")
_COUNTS = word_set("seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty")
_OF_A_MEETING = word_set(
    "participants participant delegates delegate discussants attendees speakers speaker delegations panelists panellists"
)
_LETTERS = re.compile(r"[A-Z]{2,6}")
_ROUGHLY = word_set("roughly about around approximately over")
_SIZES = word_set(
    "vast great overwhelming clear large small narrow slim slight strong substantial significant bare tiny sizeable sizable vocal"
)
_ONE_ALONE = frozenset(["one", "another", "a third", "a second", "someone", "somebody", "a lone", "a single"])
_FEW = frozenset(["not all", "not everyone", "not everybody", "not every", "few", "not many"])
_REGIONAL = word_set(
    """
    arab european african asian western eastern northern southern nordic baltic balkan gulf caribbean pacific latin central south-east
    southeast asean eu nato non-western andean sahelian mediterranean caucasian north south east west american
    """
)
_PRESENT = tuple(
    tuple(words.split()) for words in ("present", "in the room", "in attendance", "around the table", "round the table", "attending")
)
_TABLES = ("states", "governments", "participants", "subsets", "bodies", "sides", "roles", "occasions")


class GroupReading:
    """One reading of a group that may begin at a token; a class so that its steps share what has been read."""

    def __init__(self, wording: Wording, people: People, manner: Manner, tokens: Sequence[Token], at: int) -> None:
        """Begin at token `at`, in a report of that manner."""
        self.wording, self.people, self.manner = wording, people, manner
        self.tokens, self.start, self.here = tokens, at, at
        self.low = lows(tokens)
        self.countries: list[str] = []
        self.quantity: str | None = None  # some, all, none
        self.quantifier = ""
        self.determiner = ""
        self.restricted = False

    def read(self) -> Holder | None:
        """The group, or None where none begins."""
        if self._is(*_ROUGHLY) and self.here + 1 < len(self.tokens):
            self.here += 1
            self._quantifier()
            if self.quantity is None:
                return None
        self._quantifier()
        if self._is("of"):
            if self.quantity is None:
                return None
            self.here += 1
        if self._is("them", "these", "those", "us") and self.quantity and self.tokens[self.here].country is None:
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
        """The longest quantifier here: "all but one" is some, though it begins like "all"."""
        found = [
            (end, quantity)
            for quantity in ("none", "some", "all")
            if self.here < len(self.tokens) and (end := self.wording.listed_at(f"holders.{quantity}", self.low, self.here)) is not None
        ]
        counted = self._count()
        if counted is not None:
            found.append((counted, "some"))
        if found:
            end, self.quantity = max(found, key=lambda f: f[0])
            self.quantifier = " ".join(self.low[self.here : end])
            self.here = end + (self.quantity == "all" and self.low[end : end + 1] != [] and self.low[end] in _NUMBERS)
            self._though_not_all()

    def _count(self) -> int | None:
        """Where a count ends: "twelve", "12", "60 per cent", "nine out of ten"."""
        if self.here >= len(self.tokens) or not (self.low[self.here] in _COUNTS or self.low[self.here].isdigit()):
            return None
        if re.fullmatch(r"(?:19|20)\d\d", self.low[self.here]):
            return None
        end = self.here + 1
        for more in (["per", "cent"], ["percent"], ["%"], ["out"]):
            if self.low[end : end + len(more)] == more:
                end += len(more)
        if self.low[end : end + 1] == ["of"] and self.low[end + 1 : end + 2] == ["ten"]:
            end += 2
        return end

    def _though_not_all(self) -> None:
        """ "Some, though not all, participants"."""
        if self._is(","):
            close = next((i for i in range(self.here + 1, min(self.here + 8, len(self.tokens))) if self.low[i] == ","), None)
            if close is not None and self.low[self.here + 1] in ("though", "but", "if", "perhaps", "although", "even"):
                self.here = close + 1

    def _determiner(self) -> None:
        if self._is(*DETERMINERS):
            self.determiner = self.low[self.here]
            self.here += 1
            if self._is(*_SIZES) and self.low[self.here + 1 : self.here + 2] in (["majority"], ["minority"], ["bulk"]):
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

    def _noun(self) -> tuple[str, int, int] | None:  # noqa: PLR0912 - one branch for each kind of word
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
                if here + 1 < len(self.tokens) and self.low[here + 1] == "'s" and self.countries and not self._owned_together(here):
                    return None
                self.countries.append(token.country)
                here += 1
                while here < len(self.tokens) and (self.low[here] in ("'s", "'", "and", "or", "nor", ",", "&", "/") or self._aside(here)):
                    aside = self._aside(here)
                    if aside:
                        here = aside
                    elif self.low[here] in ("'s", "'") or self._country_follows(here + 1):
                        here += 1
                        here += self.low[here : here + 1] in (["the"], ["some"], ["both"])
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
            if found is not None or token.low in FUNCTION_WORDS or token.low in DETERMINERS or not token.text[0].isalpha():
                break
            if token.low == "third" and self.low[here + 1 : here + 2] in (["party"], ["parties"]):
                return None  # nobody in the room
            if self.wording.is_past(token.low):
                break  # "Japan informed delegations": a verb, no adjective
            known = self.low[here] in _PLAIN | _REGIONAL or self._affiliation(here)
            if token.capital and here > self.start and not known:
                return None if found is None else found
            adjectives += 1
            self.restricted = self.restricted or token.low not in _PLAIN
            here += 1
        return found

    def _affiliation(self, here: int) -> bool:
        """ "One RAND researcher", "several NGO representatives": the house they come from, of some people in the room."""
        if not (_LETTERS.fullmatch(self.tokens[here].text) and (self.quantity == "some" or self.determiner in ("a", "an"))):
            return False
        noun = self._listed(here + 1) if here + 1 < len(self.tokens) else None
        return noun is not None and noun[0] in ("roles", "subsets") and self.low[here + 1] not in ("member", "members")

    def _owned_together(self, here: int) -> bool:
        """ "Canada's and Turkey's delegations": each of them owns, and what they own follows."""
        return self.low[here - 1] in ("and", ",") and self.low[here - 2] in ("'s", "'", ",") and self._listed_after(here + 2)

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
        for table in _TABLES:
            end = self.wording.listed_at(f"holders.{table}", self.low, here)
            if end is not None and (best is None or end > best[1]):
                best = table, end
        if best is None and (self.countries or self.determiner in ("a", "an") or self.quantity == "some" or self.quantifier == "both"):
            best = unlisted_role(self.wording, self.low, here)
        if best is not None and best[0] in ("bodies", "sides") and self.low[here] == "group":
            best = ("sides" if self.countries else "bodies"), best[1]
        return best

    def _listed_after(self, here: int) -> bool:
        return here < len(self.tokens) and self._listed(here) is not None

    def _of_them(self) -> Holder | None:
        pronoun = self.here
        self.here += 1
        scope: Scope
        present = _present(self.low, self.here) if self.low[pronoun] == "those" else None
        if present is not None:
            scope = "some" if self.quantity == "some" else "everyone"
            return Holder(self.start, present, scope, (), "many", self.quantity == "none")
        if self.low[pronoun] in ("these", "those"):
            noun = self._noun()
            if noun is None:
                return None
            self.here = noun[1]
        countries, end = countries_after(self.tokens, self.here)
        number: Number = "one" if self.quantifier in ("one", "at least one", "another") else "many"
        scope = "some" if self.quantity == "some" else "everyone"
        pointed = None if self.low[pronoun] == "us" else "of them"
        return Holder(self.start, end, scope, countries, number, self._negative(), pronoun=pointed)

    def _bare(self) -> Holder | None:  # noqa: PLR0911 - one return for each form that it tells apart
        """A quantifier alone: "Some argued", "All agreed", "None supported"; "the two agreed"."""
        if self.quantifier == "those" and not self.countries:
            named, close = countries_after(self.tokens, self.here)  # "Those from Israel"
            return Holder(self.start, close, "delegation", named, "many") if named else None
        if self.quantity is not None and self.here < len(self.tokens) and is_people(self.tokens[self.here]):
            return self._of_a_people(self.tokens[self.here].country or "")
        pointed = self.determiner in DETERMINERS and self.quantifier in _NUMBERS | {""}
        if pointed and self.quantifier and self.determiner in ("the", "these") and not self.countries:
            return Holder(self.start, self.here, "everyone", pronoun="the two")
        if (single := self._one_of_a_people()) is not None:
            return single
        if (
            self.quantity is None
            or self.countries
            or pointed
            or (self.quantifier in _NOT_ALONE or self.quantifier.split()[0] in _COUNTS or self.quantifier[:1].isdigit())
            or self._is("of")
        ):
            return None
        scope: Scope = "some" if self.quantity == "some" else "everyone"
        number: Number = "one" if self.quantifier in _ONE_ALONE else "many"
        countries, end = countries_after(self.tokens, self.here)
        if not countries and self.quantifier != "both":
            after = self._after(end)
            countries, end = after.countries, after.end
            scope = "some" if after.narrow else scope
            if after.elsewhere:
                return None
        pronoun = "both" if self.quantifier in ("both", "each") else None
        return Holder(self.start, end, scope, countries, number, self._negative(), pronoun=pronoun, bare=True)

    def _one_of_a_people(self) -> Holder | None:
        """ "A Kuwaiti wanted to know"; "one Saudi said": a people's adjective that stands for one of them."""
        if not (self.determiner in ("a", "an") or self.quantifier in ("one", "another", "a third", "a second", "a lone")):
            return None
        here = self.here
        if here + 1 >= len(self.tokens) or self.tokens[here].form != "demonym":
            return None
        if not self.wording.is_past(self.low[here + 1]) and self.low[here + 1] not in ("has", "had", "was", "from", "who"):
            return None
        return Holder(self.start, here + 1, "some", (self.tokens[here].country or "",), "one")

    def _of_a_people(self, country: str) -> Holder:
        """ "Several Italians", "None of the Russians"."""
        number: Number = "one" if self.quantifier in _ONE_ALONE else "many"
        scope: Scope = "some" if self.quantity == "some" else "delegation"
        return Holder(self.start, self.here + 1, scope, (country,), number, self._negative())

    def _negative(self) -> bool:
        return self.quantity == "none" or self.quantifier in _FEW

    def _after(self, at: int) -> After:
        def group(here: int) -> Holder | None:
            return GroupReading(self.wording, self.people, self.manner, self.tokens, here).read()

        return read_after(self.tokens, at, group)

    def _holder(self, table: str, begin: int, end: int) -> Holder | None:  # noqa: PLR0911 - one return for each form that it tells apart
        self.here = end
        noun = " ".join(self.low[begin:end])
        after = self._after(end)
        countries = (*self.countries, *after.countries)
        if table == "roles" and not countries:
            service = country_of_service(self.wording, self.tokens, end)
            countries, after = countries if service is None else (service[0],), after if service is None else After((), service[1])
        plural = noun.endswith(("s", "people"))
        if table == "occasions":
            return None if countries else Holder(self.start, after.end, "impersonal")
        if table == "governments":
            if countries:
                return Holder(self.start, after.end, "government", countries, "body")
            named_before = plural and (self.quantity == "all" or self.determiner in ("these", "those"))
            return Holder(self.start, after.end, "government", pronoun="states") if named_before else None
        if after.elsewhere or (after.placed and noun not in _OF_A_MEETING):
            return None
        if self.quantity == "some":
            number: Number = "many" if plural and self.quantifier not in ("one", "another") else "one"
            return Holder(self.start, after.end, "some", countries, number, self._negative())
        if countries:
            return self._of_countries(table, noun, plural, countries, after.end)
        return self._of_nobody(table, noun, plural, after)

    def _of_countries(self, table: str, noun: str, plural: bool, countries: tuple[str, ...], after: int) -> Holder | None:  # noqa: PLR0911 - one return for each form that it tells apart
        """Of one country or more: a delegation, one of its people, or persons who spoke singly."""
        negative = self._negative()
        if table in ("sides", "bodies"):
            return Holder(self.start, after, "delegation", countries, "body" if len(countries) == 1 else "many", negative)
        if plural:
            if self.determiner == "the" and len(countries) > 1 and self.manner.one_each:
                return Holder(self.start, after, "person", countries, "many", negative)
            return Holder(self.start, after, "delegation", countries, "many", negative)
        if self.quantity in ("none", "all"):  # "No American participant supported it"
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
            named = self.people.person(self.tokens, after + 1)
            if named is not None and named.end < len(self.tokens) and self.low[named.end] in (",", "."):
                return named.countries, named.end + (self.low[named.end] == ",")
        return countries, after

    def _of_nobody(self, table: str, noun: str, plural: bool, after: After) -> Holder | None:  # noqa: PLR0911 - one return for each form that it tells apart
        """Of no country: the whole room, some of it, or a person in a role."""
        negative, end = self._negative(), after.end
        if table == "bodies":
            if self.restricted or self.determiner not in ("the", "this", "") or (not self.determiner and not negative):
                return None
            return Holder(self.start, end, "everyone", (), "body", negative)
        if table == "sides" and not plural:
            if self.quantity in ("all", "none"):
                return Holder(self.start, end, "everyone", (), "many", negative)
            pointed = self.determiner in ("this", "that", "the") and "other" not in self.low[self.start : end]
            return Holder(self.start, end, "unattributed", (), "body", pronoun="this side") if pointed else None
        if table == "roles" and not plural:
            return self._role(noun, end)
        if table == "states" and not self.manner.states_meet:
            pointed = self.determiner in DETERMINERS or self.quantity == "all"
            return Holder(self.start, end, "government", (), "many", negative, pronoun="states" if pointed else None)
        if noun in ("people", "hosts", "guests", "friends", "voices") and self.quantity is None and not self.restricted:
            return None
        if noun == "members" and after.narrow:
            return None  # "Members of parliament"
        if self.determiner in _POINTING:
            return Holder(self.start, end, "everyone", (), "many", negative, pronoun="these")
        if self.determiner in _OWNED:
            peers = noun.rsplit(maxsplit=1)[-1] in ("counterparts", "colleagues", "participants", "delegations")
            return Holder(self.start, end, "some", (), "many", negative) if peers else None
        both_of_some = table == "subsets" and self.quantifier == "both"  # "Both bishops": two of those in the room
        others = "other" in self.low[self.start : end]  # "The three other sides agreed": one did not
        whole = self.quantity in ("all", "none") and not after.narrow and not both_of_some and not others
        narrowed = self.restricted or table == "subsets" or after.narrow or others
        return Holder(self.start, end, "some" if narrowed and not whole else "everyone", (), "many", negative)

    def _role(self, noun: str, after: int) -> Holder | None:
        """A role without a country: "The Chair", "a former official", "this speaker"."""
        if self.quantity in ("none", "all"):
            return Holder(self.start, after, "everyone", (), "many", self._negative())
        if self.determiner in ("this", "that"):
            return Holder(self.start, after, "unattributed", (), "one", pronoun="this speaker")
        lettered = self.low[after : after + 1] and (self.low[after].isdigit() or (len(self.low[after]) == 1 and self.tokens[after].capital))
        if not self.determiner and lettered:  # "Speaker 2", "Participant B"
            return Holder(self.start, after + 1, "some" if noun == "participant" else "person", (), "one")
        if not self.determiner:
            return None
        if noun == "participant" and self.determiner in ("a", "an"):
            return Holder(self.start, after, "some", (), "one")
        named, after = self._apposition((), after)
        if (
            not named
            and noun in ("chair", "chairman", "chairwoman", "chairperson", "co-chair")
            and self.people.chair
            and self.determiner == "the"
        ):
            named = (self.people.chair,)
        scope: Scope = "person" if named or self.determiner not in ("a", "an") else "some"  # "A former inspector": one of those present
        return Holder(self.start, after, scope, named, "one")


def is_people(token: Token) -> bool:
    """Whether a word means the people of a country by itself: "Italians", and no "Swiss"."""
    return token.form == "demonym" and token.low.endswith("s") and not token.low.endswith("ss")


def _present(low: Sequence[str], at: int) -> int | None:
    """Where "those present", "those in the room" end, read after "those"."""
    return next((at + len(words) for words in _PRESENT if tuple(low[at : at + len(words)]) == words), None)
