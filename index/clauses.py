"""A sentence's frame: where in it the holder and the act stand. Each function is one way in which reports attribute, tried in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.acts import BE, MODALS, NEGATIONS, Predicate, coordinated, read_predicate, skip_between, turned, verb_phrase
from index.holders import Holder, HolderReader
from index.report import Act, Scope
from index.tokens import Token, lows
from index.wording import Wording

_CLOSERS = frozenset([".", "!", "?", "”", '"', "’", ")", "…"])
_CONCESSIVE = frozenset(["while", "although", "though", "whereas", "albeit"])
_CONDITIONAL = frozenset(
    ["if", "unless", "had", "when", "once", "until", "before", "after", "because", "as", "since", "should", "were", "whenever", "where"]
)
_INTRO = frozenset(
    """in on at by for from with within under over during after before since until despite regarding concerning given considering noting recalling
    following turning speaking responding reacting replying asked pressed faced commenting reflecting against among between about upon to through
    throughout without while although though whereas as when if because once unlike like based looking drawing citing pointing referring moving
    beyond finally first firstly second secondly third lastly overall generally similarly conversely likewise further furthermore moreover
    however nevertheless nonetheless still yet but and also meanwhile here there then thus therefore consequently instead indeed even that said
    more most not only additionally broadly again later earlier today yesterday notwithstanding rather whether according having being using
    stressing emphasizing emphasising welcoming acknowledging recognizing recognising building taking closing concluding opening introducing
    one two both all none""".split()  # noqa: SIM905 - a list of a hundred short strings would not read better
)
_OPEN_THAT = frozenset(["that", "which", "who", "whom", "whose", "whether", "if", "because", "what", "how", "why"])
_VIEWS = frozenset(
    [
        "view",
        "views",
        "opinion",
        "opinions",
        "eyes",
        "judgement",
        "judgment",
        "assessment",
        "words",
        "reading",
        "experience",
        "estimation",
        "mind",
        "minds",
        "understanding",
    ]
)
# Verbs of speaking and thinking only: what ships and treaties do not do.
_SPEAKING = frozenset("see argue believe think feel say consider fear warn agree disagree stress insist note contend worry maintain".split())  # noqa: SIM905
# What a state does without taking a position.
_OF_STATES = frozenset("be see find cover address host offer count show plan have present cover".split())  # noqa: SIM905
_ELUSIVE = re.compile(
    r"(?:\w+ ){0,2}(?:consensus|agreement|unanimity|compromise) (?:\w+ ){0,4}?(?:proved|remained|was|remains|proved to be) (?:\w+ly )?"
    r"(?:elusive|out of reach|beyond reach|lacking|absent|impossible|a long way off)"
    r"|it (?:was|proved) (?:not possible|impossible) to (?:reach|find|achieve|come to) (?:an |any |a )?(?:\w+ )?(?:agreement|consensus|compromise)"
)
_MONTHS = frozenset("january february march april may june july august september october november december".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence says of its holder: `holder` None where there is none to name (impersonal)."""

    act: Act
    holder: Holder | None
    scope: Scope | None = None
    predicate: Predicate | None = None
    frame: str = ""


@dataclass(frozen=True)
class ClauseReader:
    """Reads the frame of a sentence. `resolve` turns a pronoun into the holder it stands for, or None where it stands for no holder."""

    wording: Wording
    holders: HolderReader
    resolve: Callable[[Holder, Sequence[Token]], Holder | None]

    def read(self, tokens: Sequence[Token]) -> Claim | None:
        """The claim of a sentence, or None where nothing says who holds it."""
        if not tokens:
            return None
        frames = (self.inverted, self.inserted, self.as_put, self.on_side, self.by_view, self.main, self.second, self.by_agent, self.fragment)
        return next((claim for frame in frames if (claim := frame(tokens)) is not None), None)

    # After and inside the content ----------------------------------------------------------------------------------------------------

    def inverted(self, tokens: Sequence[Token]) -> Claim | None:
        """ "..., noted Russian and Japanese participants."; '"...," as he put it.'"""
        low = lows(tokens)
        for i in range(len(tokens) - 2, 0, -1):
            if not _parts(tokens, i):
                continue
            at = i + 1
            if low[at : at + 1] == ["as"]:
                claim = self._clause(tokens, at + 1, self.subject)
                if claim is not None and claim.predicate is not None and len(tokens) - claim.predicate.end <= 4:
                    return replace(claim, frame="inverted")
                continue
            while at < len(tokens) and low[at].endswith("ly"):
                at += 1
            if at >= len(tokens) or tokens[at].quoted:
                continue
            verb = verb_phrase(low, at, self.wording)
            if verb is None or not self.wording.forms.get(low[at], {}).get(verb[0].words[0], frozenset()) & {"past", "s"}:
                continue
            holder = self.known(tokens, verb[1])
            if holder is None or not _closes(tokens, holder.end):
                continue
            main = self.subject(tokens, self._begin(tokens))
            if main is not None and main.predicate is not None and main.predicate.start <= at < main.predicate.end:
                continue  # "The Chair, Mr. Dalisay, thanked all delegations."
            if low[i] == "," and tokens[i - 1].quoted is False and i < 3:
                continue
            return Claim(
                turned(verb[0].act, verb[2] != holder.negative),
                holder,
                predicate=Predicate(at, verb[1], verb[0].act, verb[0].words),
                frame="inverted",
            )
        return None

    def inserted(self, tokens: Sequence[Token]) -> Claim | None:
        """ "Both the swings, participants agreed, make ..."; "Insurers, it was noted, regard ..."; "..., participants said." """
        low = lows(tokens)
        for i in range(1, len(tokens) - 2):
            if not _parts(tokens, i):
                continue
            begin = i + 1 + (low[i + 1] == "as")
            claim = self._clause(tokens, begin, self.subject) or self._clause(tokens, begin, self.it_passive)
            if claim is None or claim.predicate is None:
                continue
            end = claim.predicate.end
            while end < len(tokens) and (low[end].endswith("ly") or low[end] in ("too", "again", "also")):
                end += 1
            at_end = end >= len(tokens) or low[end] in (".", "!", "?", "…")
            if (at_end or low[end] in (",", "–", "—")) and (i > 1 or tokens[0].quoted):
                if low[end : end + 1] == [","] and low[end + 1 : end + 2] and low[end + 1] in ("however", "though", "too"):
                    continue
                if low[0] in _CONCESSIVE | _CONDITIONAL and not at_end:
                    continue
                return replace(claim, frame="inserted")
        return None

    def by_view(self, tokens: Sequence[Token]) -> Claim | None:
        """ "According to the French participants, ..."; "..., in the view of the Indian side."; "For the Japanese participants, ..." """
        low = lows(tokens)
        for i in range(len(tokens) - 1):
            if tokens[i].quoted:
                continue
            begin: int | None = None
            opens = i == 0 or low[i - 1] in (",", "but", "and", "yet", ";", ":")
            if low[i] == "according" and low[i + 1] == "to":
                begin = i + 2
            elif low[i] in ("in", "to") and _view_of(low, i) is not None:
                begin = _view_of(low, i)
            elif low[i] == "from" and opens and {"perspective", "viewpoint", "standpoint", "view", "vantage"} & set(low[i : i + 8]):
                return self._perspective(tokens, i + 1)
            elif low[i] == "in" and opens:
                claim = self._perspective(tokens, i + 1, possessive=True)
                if claim is not None:
                    return claim
            elif low[i] in ("for", "to") and i == 0:
                holder = self.known(tokens, 1)
                if (
                    holder is not None
                    and holder.end < len(tokens)
                    and low[holder.end] == ","
                    and holder.scope in ("delegation", "some", "everyone", "person")
                ):
                    if low[holder.end - 1] != "part":
                        return Claim("stated", holder, frame="view")
            if begin is not None and (opens or begin > i):
                holder = self.known(tokens, begin)
                if holder is not None:
                    return Claim("stated", holder, frame="view")
        return None

    def _perspective(self, tokens: Sequence[Token], at: int, *, possessive: bool = False) -> Claim | None:
        """ "From the American perspective", "in Japanese participants' view", "from the standpoint of the Thai side"."""
        low = lows(tokens)
        stop = next(
            (j for j in range(at, min(at + 8, len(low))) if low[j] in _VIEWS | {"perspective", "viewpoint", "standpoint", "vantage"}), None
        )
        if stop is None:
            return None
        if low[stop + 1 : stop + 2] == ["of"]:
            holder = self.known(tokens, stop + 2)
            return Claim("stated", holder, frame="view") if holder is not None else None
        if possessive and low[stop - 1] not in ("'s", "'") and not tokens[stop - 1].country:
            return None
        countries = tuple(t.country for t in tokens[at:stop] if t.country)
        if not countries:
            return None
        return Claim("stated", Holder(at, stop, "delegation", countries, "body"), frame="view")

    def as_put(self, tokens: Sequence[Token]) -> Claim | None:
        """ "As Dr. Anane-Boateng put it, ...", "As several participants noted, ..."."""
        if tokens[0].low != "as" or len(tokens) < 4:
            return None
        claim = self._clause(tokens, 1, self.subject)
        if claim is None or claim.predicate is None:
            return None
        return replace(claim, frame="view") if "," in lows(tokens)[claim.predicate.end : claim.predicate.end + 3] else None

    def on_side(self, tokens: Sequence[Token]) -> Claim | None:
        """ "On the South Korean side, participants made it clear"."""
        if tokens[0].low != "on" or "side" not in lows(tokens)[:8]:
            return None
        side = self.holders.read(tokens, 1)
        if side is None or side.scope != "delegation" or lows(tokens)[side.end : side.end + 1] != [","]:
            return None
        claim = self.main(tokens)
        if claim is None or claim.holder is None or claim.holder.scope not in ("everyone", "some") or claim.holder.countries:
            return None
        scope: Scope = "delegation" if claim.holder.scope == "everyone" else "some"
        return replace(claim, holder=replace(claim.holder, scope=scope, countries=side.countries))

    # The main clause -----------------------------------------------------------------------------------------------------------------

    def main(self, tokens: Sequence[Token]) -> Claim | None:
        """ "Japanese participants confirmed", "It was agreed", "There was consensus", "Views were divided", also after an introduction."""
        low = lows(tokens)
        begin = self._begin(tokens)
        opener = low[begin] if begin < len(low) else ""
        starts: list[int] = []
        if opener not in _CONCESSIVE and not self._condition(tokens, begin):
            starts.append(begin)
        if _introduced(low, begin) or tokens[begin : begin + 1] and low[begin : begin + 2] == ["that", "said"]:
            starts += [i + 1 for i in range(begin, len(tokens) - 1) if low[i] == "," and not tokens[i].quoted]
            starts += self._unmarked(tokens, begin)
        if opener in _CONCESSIVE:
            starts.append(begin + 1)
        for at in starts:
            claim = self.clause(tokens, self._begin(tokens, at))
            if claim is not None:
                return claim
        return None

    def _condition(self, tokens: Sequence[Token], begin: int) -> bool:
        """ "If the two sides agree", "Had participants agreed": what may not have been."""
        low = lows(tokens)
        return (
            low[begin : begin + 1] != []
            and low[begin] in _CONDITIONAL
            and not (low[begin] in ("as", "since", "had") and low[begin + 1 : begin + 2] == ["one"])
        )

    def _unmarked(self, tokens: Sequence[Token], begin: int) -> list[int]:
        """ "At the closing session participants recommended": an introduction without a comma; where a holder may begin after it."""
        low = lows(tokens)
        if low[begin] not in (
            "at",
            "in",
            "on",
            "during",
            "after",
            "throughout",
            "here",
            "nevertheless",
            "however",
            "finally",
            "overall",
            "yet",
            "still",
        ):
            return []
        return [
            i
            for i in range(begin + 1, min(begin + 9, len(tokens)))
            if low[i - 1] not in ("of", "by", "with", "for", "between", "among", "the", "at", "in", "on")
        ]

    def _begin(self, tokens: Sequence[Token], at: int = 0) -> int:
        """Past conjunctions, adverbs and marks that open a clause."""
        low = lows(tokens)
        while at < len(tokens):
            if low[at] in ("and", "but", "yet", "however", "nevertheless", "nonetheless", "moreover", "furthermore", "finally", "also", "further", "still", "nor", ",", "“", "‘", '"', "then", "here", "instead", "meanwhile", "thus", "therefore", "-", "–", "—", "(", ")", "so", "overall"):  # fmt: skip
                at += 1
            elif low[at].endswith("ly") and at + 1 < len(tokens) and low[at + 1] == ",":
                at += 2
            elif re.fullmatch(r"\d{1,3}|[a-z]", low[at]) and low[at + 1 : at + 2] in (["."], [")"]):
                at += 2
            else:
                break
        return at

    def clause(self, tokens: Sequence[Token], at: int) -> Claim | None:
        """The claim of a clause that begins at token `at`."""
        forms = (
            self.nor_did,
            self.it_passive,
            self.it_was_view,
            self.there_was,
            self.holder_view,
            self.subject,
            self.noun_passive,
            self.reception,
            self.passive,
            self.came_up,
        )
        return next((claim for form in forms if (claim := self._clause(tokens, at, form)) is not None), None)

    def _clause(self, tokens: Sequence[Token], at: int, form: Callable[[Sequence[Token], int], Claim | None]) -> Claim | None:
        return form(tokens, at) if at < len(tokens) and not tokens[at].quoted else None

    def known(self, tokens: Sequence[Token], at: int) -> Holder | None:
        """The holder at token `at`, with a pronoun resolved."""
        holder = self.holders.read(tokens, at)
        if holder is None or holder.pronoun is None:
            return holder
        return self.resolve(holder, tokens)

    def subject(self, tokens: Sequence[Token], at: int) -> Claim | None:
        """A holder and its verb: "Several Vietnamese participants objected that"."""
        holder = self.holders.read(tokens, at)
        if holder is None:
            return None
        predicate = self._predicate(tokens, holder)
        if predicate is None or (predicate.act == "none" and not predicate.negated):
            return self._ceremony(tokens, holder)
        if predicate.act == "none" or not _human(holder, predicate):
            return None
        if holder.scope == "impersonal":
            return Claim("discussed", None, "impersonal", predicate, "subject") if predicate.act == "discussed" else None
        if holder.pronoun is not None:
            found = self.resolve(holder, tokens)
            if found is None:
                return None
            holder = found
        if predicate.tense == "pluperfect" and holder.scope != "government":
            return None
        act = refined(predicate, holder, tokens)
        return self._ceremony(tokens, holder) if act is None else Claim(act, holder, predicate=predicate, frame="subject")

    def _predicate(self, tokens: Sequence[Token], holder: Holder) -> Predicate | None:
        """The predicate that counts: the first, unless it only narrates or says less than a second one ("discussed X and agreed on Y")."""
        first = read_predicate(tokens, holder.end, self.wording, negative=holder.negative)
        if first is None and not self._narrates(tokens, holder):
            return None
        second = coordinated(tokens, first.end if first else holder.end, self.wording, holder.negative)
        if second is None or second.act == "none":
            return first
        if first is None or first.weak or first.act in ("discussed", "none"):
            return second
        return second if first.act == "stated" and second.act in ("agreed", "disagreed") else first

    def _ceremony(self, tokens: Sequence[Token], holder: Holder) -> Claim | None:
        """ "Ambassador Arai opened the event": a person's part in the meeting that is no position."""
        if holder.scope != "person" or not holder.countries:
            return None
        at = skip_between(tokens, holder.end)
        if at >= len(tokens) or self.wording.listed_at("holders.ceremony", lows(tokens), at) is None:
            return None
        if "past" not in self.wording.forms.get(tokens[at].low, {}).get(_base(self.wording, tokens[at].low), frozenset()):
            return None
        return Claim("none", holder, frame="ceremony")

    def _narrates(self, tokens: Sequence[Token], holder: Holder) -> bool:
        """Whether a holder's first verb is a finite one that only narrates: "met", "heard", "held"."""
        low = lows(tokens)
        window = low[holder.end : holder.end + 3]
        return any(
            w
            in (
                "met",
                "heard",
                "held",
                "gathered",
                "spent",
                "began",
                "started",
                "listened",
                "watched",
                "turned",
                "worked",
                "took",
                "went",
                "read",
                "opened",
                "returned",
                "broke",
                "looked",
                "thanked",
                "stopped",
                "had",
            )
            or w.endswith("ed")
            for w in window
        )

    def nor_did(self, tokens: Sequence[Token], at: int) -> Claim | None:
        """ "Nor did they accept the model": inversion after a negation."""
        low = lows(tokens)
        if at == 0 or low[at - 1] not in ("nor", "neither") or low[at] not in ("did", "do", "does", "have", "had", "were", "was", "could"):
            return None
        holder = self.known(tokens, at + 1)
        if holder is None:
            return None
        predicate = read_predicate([tokens[at], *tokens[holder.end :]], 0, self.wording, negative=True)
        return None if predicate is None else Claim(predicate.act, holder, predicate=None, frame="subject")

    def it_passive(self, tokens: Sequence[Token], at: int) -> Claim | None:
        """ "It was agreed that", "It was not agreed", "It was suggested by some that", "It could not be agreed who"."""
        low = lows(tokens)
        if low[at] != "it":
            return None
        verb, negated, modal = _passive_verb(low, at + 1)
        if verb is None or (modal and not negated):
            return None
        found = self.wording.verb_at(low, verb)
        if found is None or "participle" not in self.wording.forms[low[verb]].get(found[0].words[0], frozenset()):
            return None
        phrase, end = found
        rest = low[end : end + 12]
        inserted = at > 0 and low[at - 1] in (",", "as") and (not rest or rest[0] in (",", ".", "by"))
        if (
            not inserted
            and not set(rest) & {"that", "whether", "to", "if", "how", "who", "what", "why", "which", "when"}
            and phrase.act != "agreed"
        ):
            return None
        if phrase.words[0] in ("hold",) and "that" not in rest[:1]:
            return None
        act = turned(phrase.act, negated)
        if phrase.words == ("ask",) and set(rest[:1]) & {"that"}:
            act = "recommended"
        if phrase.words[0] == "suggest" and act == "recommended" and _indicative(low, end):
            act = "stated"
        if act == "agreed" and _denies(low[end : end + 14]):
            act = "disagreed"
        agent = self._agent(tokens, end)
        predicate = Predicate(at, end, act, phrase.words)
        return Claim(act, agent, None if agent else "impersonal", predicate, "it")

    def _agent(self, tokens: Sequence[Token], at: int) -> Holder | None:
        low = lows(tokens)
        if at < len(tokens) and low[at] in ("by", "among", "amongst", "between", "from"):
            return self.known(tokens, at + 1)
        return None

    def it_was_view(self, tokens: Sequence[Token], at: int) -> Claim | None:
        """ "It was the unanimous view of the participants that"."""
        low = lows(tokens)
        if low[at] != "it" or low[at + 1 : at + 2] == [] or low[at + 1] not in BE:
            return None
        for i in range(at + 2, min(at + 7, len(low))):
            noun = self.wording.noun_at(low, i)
            if noun is None:
                continue
            act: Act = "agreed" if set(low[at:i]) & {"unanimous", "shared", "common", "consensus", "general"} else noun[0].act
            holder = self.known(tokens, noun[1] + 1) if low[noun[1] : noun[1] + 1] in (["of"], ["among"]) else None
            if holder is None and "that" not in low[noun[1] : noun[1] + 1]:
                return None
            return Claim(act, holder, None if holder else "impersonal", Predicate(at, noun[1], act, noun[0].words), "it")
        return None

    def there_was(self, tokens: Sequence[Token], at: int) -> Claim | None:
        """ "There was no consensus on", "There was support from the Ukrainian side", "There was agreement among the participants that"."""
        low = lows(tokens)
        if low[at] != "there":
            return None
        here = at + 1
        negated = False
        while here < len(low) and (low[here] in BE or low[here] in ("has", "have", "had", "seemed", "appeared", "remained", "emerged", "to", "existed", "n't") or low[here].endswith("ly") or low[here] in ("also", "still", "however", "not", "thus", "nevertheless", "no", "by", "means", "nor", "never", ",")):  # fmt: skip
            if low[here] == "had" or low[here] in MODALS:
                return None
            negated = negated or low[here] in ("no", "not", "n't", "never", "hardly")
            if low[here] == "hardly" or low[here] == "scarcely":
                negated = True
            here += 1
        if here == at + 1:
            return None
        return self._noun_claim(tokens, here, negated, "there")

    def _noun_claim(self, tokens: Sequence[Token], at: int, negated: bool, frame: str) -> Claim | None:
        """An act's noun within a few words from `at`, with whose it is."""
        low = lows(tokens)
        article = False
        for i in range(at, min(at + 7, len(low))):
            if low[i] in ("no", "little", "few", "scant", "hardly", "without"):
                negated = True
            article = article or low[i] in ("an", "a")
            noun = self.wording.noun_at(low, i)
            if noun is not None:
                phrase, end = noun
                if phrase.words == ("understanding",) or (
                    phrase.words in (("agreement",), ("accord",)) and article and "general" not in low[at:i]
                ):
                    return None
                act = turned(phrase.act, negated)
                if (
                    phrase.act == "stated"
                    and set(low[at:i]) & {"unanimous", "general", "broad", "shared", "common", "widespread"}
                    and not negated
                    and phrase.words[0] in ("view", "belief", "recognition", "sense")
                ):
                    act = "stated"
                if act == "agreed" and low[end : end + 1] == ["to"] and low[end + 1 : end + 2] == ["disagree"]:
                    act = "disagreed"
                holder = self._whose(tokens, end)
                if phrase.act == "agreed" and holder is not None and holder.scope == "government":
                    return None
                predicate = Predicate(at, end, act, phrase.words, negated=negated)
                if act == "none":
                    return None
                return Claim(act, holder, None if holder else "impersonal", predicate, frame)
            if (
                not low[i][0].isalnum()
                or low[i] in ("of", "for", "to", "that", "on", "in", "by", "with", "from", "who", "which", "than")
                or low[i] in BE
            ):
                return None
        return None

    def _whose(self, tokens: Sequence[Token], at: int) -> Holder | None:
        """The holder after a noun: "among Polish participants", "from the Ukrainian side", "on the part of the Thai delegation"."""
        low = lows(tokens)
        for i in range(at, min(at + 10, len(low))):
            if low[i] in ("that", ",", ";", ":", "over", "about", "whether"):
                break
            if low[i] in ("among", "amongst", "by", "from", "between"):
                return self.known(tokens, i + 1)
            if tuple(low[i : i + 4]) == ("on", "the", "part", "of"):
                return self.known(tokens, i + 4)
        return None

    def holder_view(self, tokens: Sequence[Token], at: int) -> Claim | None:
        """ "The Japanese position was that", "The view of Polish participants was that", "The consensus was that"."""
        low = lows(tokens)
        stop = next((i for i in range(at, min(at + 14, len(low))) if low[i] in ("was", "is", "remained", "were")), None)
        if stop is None or low[stop + 1 : stop + 2] not in (["that"], ["clear"], ["one"]) or low[stop + 1 : stop + 2] == []:
            return None
        for i in range(at, stop):
            noun = self.wording.noun_at(low, i) or (
                (None, i + 1) if low[i] in ("position", "stance", "message", "conclusion", "attitude", "response", "answer") else None
            )
            if noun is None:
                continue
            act: Act = "stated" if noun[0] is None else noun[0].act
            countries = tuple(t.country for t in tokens[at:i] if t.country)
            if countries:
                return Claim(
                    act, Holder(at, i, "delegation", countries, "body"), predicate=Predicate(i, stop, act, (low[i],)), frame="noun"
                )
            holder = self.known(tokens, i + 2) if low[i + 1 : i + 2] in (["of"], ["among"]) else None
            if holder is None and noun[0] is None:
                return None
            return Claim(act, holder, None if holder else "impersonal", Predicate(i, stop, act, (low[i],)), "noun")
        return None

    def noun_passive(self, tokens: Sequence[Token], at: int) -> Claim | None:
        """ "Concern was expressed", "No agreement was reached", "Views were divided", "No common view emerged", "Differences remained"."""
        low = lows(tokens)
        here, negated = at, False
        for i in range(at, min(at + 6, len(low))):
            noun = self.wording.noun_at(low, i)
            if low[i] in ("no", "little", "few", "hardly"):
                negated = True
            if noun is not None or low[i] in ("views", "opinions", "positions", "assessments", "minds", "participants' views"):
                here = noun[1] if noun else i + 1
                phrase_act: Act = noun[0].act if noun else "stated"
                break
            if not low[i][0].isalpha() or low[i] in BE or low[i] in ("of", "for", "to", "that", "on", "in", "by", "with"):
                return None
        else:
            return None
        holder = self._whose(tokens, here)
        stop = next(
            (
                i
                for i in range(here, min(here + 18, len(low)))
                if low[i] in BE
                or low[i] in MODALS
                or low[i] in ("has", "have", "had", "n't")
                or self.wording.listed_at("carriers.intransitive", low, i)
            ),
            None,
        )
        if stop is None or any(w in _OPEN_THAT or w == "," for w in low[here:stop]):
            return None
        verb, more, modal = _passive_verb(low, stop)
        if "had" in low[stop : stop + 3]:
            return None
        dividing = verb is not None and (
            low[verb] in ("divided", "split", "mixed", "polarised", "polarized", "at") or low[verb].startswith("diverg")
        )
        views = low[here - 1] in ("views", "opinions", "positions", "assessments", "minds", "opinion")
        if views and (dividing or low[stop] in ("differed", "diverged", "varied", "clashed", "differ", "diverge")):
            return Claim(
                turned("disagreed", False),
                holder,
                None if holder else "impersonal",
                Predicate(at, stop + 1, "disagreed", ("differ",)),
                "noun",
            )
        if low[here - 1] in ("positions", "assessments", "minds"):
            return None
        carrier = verb is not None and self.wording.listed_at("carriers.passive", low, verb) is not None
        alone = low[stop] not in BE and self.wording.listed_at("carriers.intransitive", low, stop) is not None
        alone = alone or (
            verb is not None and self.wording.listed_at("carriers.intransitive", low, verb) is not None and low[verb] not in BE
        )
        if not (carrier or alone) or (modal and not (more or negated)):
            return None
        if low[stop] in ("is", "are", "be") and phrase_act != "agreed" and not dividing:
            return None  # "Views are given by country": how the report is made
        if alone and phrase_act in ("recommended", "supported", "stated"):
            return None
        act = turned(phrase_act, negated != more)
        if views and phrase_act == "stated" and verb is not None and low[verb] in ("exchanged",):
            act = "discussed"
        if act == "none":
            return None
        end = verb + 1 if verb is not None else stop + 1
        holder = holder or self._agent(tokens, end)
        return Claim(
            act, holder, None if holder else "impersonal", Predicate(at, end, act, (low[here - 1],), negated=negated != more), "noun"
        )

    def reception(self, tokens: Sequence[Token], at: int) -> Claim | None:
        """ "The idea found broad support", "The proposal met with opposition from", "was not acceptable to the Chinese side"."""
        low = lows(tokens)
        for i in range(at + 1, min(at + 25, len(low) - 1)):
            if tokens[i].quoted or low[i] in ("who", "which", "that", "whether", ";"):
                return None
            negated = bool(set(low[max(i - 3, 0) : i]) & NEGATIONS)
            if (
                low[i] in ("acceptable", "unacceptable", "welcome", "unwelcome")
                and set(low[max(i - 3, at) : i]) & BE
                and low[i + 1] in ("to", "for")
            ):
                holder = self.known(tokens, i + 2)
                act: Act = turned("supported", negated != low[i].startswith("un"))
                if holder is not None and low[at] not in _CONCESSIVE:
                    return Claim(act, holder, predicate=Predicate(at, i + 1, act, (low[i],)), frame="reception")
            if low[i] in (
                "found",
                "find",
                "met",
                "received",
                "enjoyed",
                "drew",
                "won",
                "commanded",
                "attracted",
                "gained",
                "encountered",
                "garnered",
                "elicited",
                "prompted",
                "provoked",
                "sparked",
                "raised",
                "caused",
                "generated",
            ):
                noun = self._noun_claim(tokens, i + 1 + (low[i + 1] == "with"), negated, "reception")
                if noun is not None and noun.act in ("supported", "disagreed", "concerned") and noun.predicate is not None:
                    holder = noun.holder or (
                        self.known(tokens, noun.predicate.end + 1)
                        if low[noun.predicate.end : noun.predicate.end + 1] in (["with"], ["from"], ["among"])
                        else None
                    )
                    return replace(noun, holder=holder, scope=None if holder else "impersonal")
            manner = low[i - 1] if low[i] == "received" else ""
            if manner in ("well", "warmly", "favourably", "favorably", "positively", "coolly", "badly", "poorly", "enthusiastically"):
                act = turned("supported", ("not" in low[at:i]) != (manner in ("coolly", "badly", "poorly")))
                agent = self._agent(tokens, i + 1)
                return Claim(act, agent, None if agent else "impersonal", Predicate(at, i + 1, act, ("receive",)), "reception")
            if low[i] in ("remained", "proved", "was", "were", "remains") and low[i + 1 : i + 2] != []:
                rest = " ".join(low[i + 1 : i + 6])
                if re.match(
                    r"(?:highly |deeply |very |still )?(?:controversial|contentious|disputed|contested|a bone of|a matter of (?:dispute|contention))",
                    rest,
                ):
                    return Claim("disagreed", None, "impersonal", Predicate(at, i + 2, "disagreed", ("controversial",)), "reception")
                if (
                    re.match(r"(?:left |still )?(?:an open question|open\b|unresolved|unclear|unanswered|undecided)", rest)
                    and low[i] != "is"
                ):
                    return Claim("asked", None, "impersonal", Predicate(at, i + 2, "asked", ("open",)), "reception")
        return None

    def passive(self, tokens: Sequence[Token], at: int) -> Claim | None:
        """ "A proposal for quotas was rejected by Indian participants", "The offer was welcomed", "The matter was left open"."""
        low = lows(tokens)
        aux = _first_auxiliary(tokens, at)
        if aux is None:
            return None
        verb, negated, modal = _passive_verb(low, aux)
        if verb is None or tokens[verb].quoted or (modal and not negated) or "had" in low[aux:verb] or low[aux] in HAVE_FUTURE:
            return None
        if low[verb] in ("raised", "posed") and not negated and low[aux] in ("was", "were"):
            topic: Act = "asked" if {"question", "questions", "doubts"} & set(low[at : at + 4]) else "discussed"
            if topic == "asked" or {"issue", "issues", "matter", "topic", "subject", "problem"} & set(low[at : at + 4]):
                agent = self._agent(tokens, verb + 1)
                return Claim(topic, agent, None if agent else "impersonal", Predicate(aux, verb + 1, topic, ("raise",)), "passive")
        found = verb_phrase(low, verb, self.wording)
        if found is None or "participle" not in self.wording.forms.get(low[verb], {}).get(found[0].words[0], frozenset()):
            return None
        phrase, end, _ = found
        if phrase.words[0] in _NO_PASSIVE and len(phrase.words) == 1:
            return None
        act = turned(phrase.act, negated or low[at] in ("no", "neither", "none"))
        if phrase.words[0] == "consider":
            if low[end : end + 1] and low[end] not in (".", ";", "in", "at", "during", "by", ",", "for", "briefly", "but"):
                return None
            act = "discussed"
        by = next((i for i in range(end, min(end + 12, len(low))) if low[i] == "by"), None)
        if by is not None:
            holder = self.known(tokens, by + 1)
            if holder is not None and act == "none":
                return None
            if holder is not None:
                return Claim(act, holder, predicate=Predicate(aux, end, act, phrase.words), frame="passive")
            if not (by + 1 < len(tokens) and low[by + 1][0].isdigit()):
                return None
        present = low[aux] in ("is", "are")
        if act == "none" or (present and act != "recommended") or _dated(low[end:]):
            return None
        if low[aux] in ("has", "have") and act in ("agreed", "supported", "recommended", "stated"):
            return None
        return Claim(act, None, "impersonal", Predicate(aux, end, act, phrase.words), "passive")

    def came_up(self, tokens: Sequence[Token], at: int) -> Claim | None:
        """ "The state of the canals came up in the discussion"; "Time was spent discussing insurance"."""
        low = lows(tokens)
        text = " ".join(low[at : at + 24])
        if _ELUSIVE.match(text):
            return Claim("disagreed", None, "impersonal", frame="passive")
        if re.match(r"(?:also )?left (?:open|unresolved|unanswered|undecided) (?:was|were)\b", text):
            return Claim("asked", None, "impersonal", frame="passive")
        if re.search(r"^[^,;]*?\b(?:came up|arose) (?:briefly |again |also )*(?:in|during|for) (?:the |a )?(?:\w+ )?(?:discussions?|debate|exchange)", text):
            return Claim("discussed", None, "impersonal", frame="passive")
        if re.search(r"^(?:\w+ ){0,4}(?:was|were) (?:also )?(?:spent|given over to|devoted to) (?:discussing|debating|reviewing|a discussion of)", text):
            return Claim("discussed", None, "impersonal", frame="passive")
        return None

    # Elsewhere -----------------------------------------------------------------------------------------------------------------------

    def second(self, tokens: Sequence[Token]) -> Claim | None:
        """A clause of its own beside the narrator's: "..., although Russia and Japan have agreed", "...; participants agreed"."""
        low = lows(tokens)
        if self._condition(tokens, self._begin(tokens)):
            return None
        for i in range(2, len(tokens) - 1):
            if tokens[i].quoted:
                continue
            if low[i] in _OPEN_THAT and low[i : i + 2] != ["that", "said"]:
                rest = [j for j in range(i, len(tokens)) if low[j] == ";"]
                if not rest:
                    return None
                continue
            starts = (
                low[i] == ";"
                or low[i] in _CONCESSIVE
                or low[i] == "but"
                or (low[i - 1] == "," and low[i] in ("and", "yet", "but", "while", "with"))
            )
            if starts and low[i] != "with":
                claim = self.clause(tokens, self._begin(tokens, i + 1))
                if claim is not None:
                    return claim
        return None

    def by_agent(self, tokens: Sequence[Token]) -> Claim | None:
        """ "One idea, floated by a Korean expert, was ...": a participle with its agent, in a sentence that claims nothing else."""
        low = lows(tokens)
        for i in range(1, len(tokens) - 3):
            if low[i] != "," or tokens[i].quoted or low[i + 2] != "by":
                continue
            verb = self.wording.verb_at(low, i + 1)
            holder = self.known(tokens, i + 3) if verb is not None else None
            if verb is None or holder is None or "participle" not in self.wording.forms[low[i + 1]].get(verb[0].words[0], frozenset()):
                continue
            if holder.scope != "government" and verb[0].words[0] not in _NO_PASSIVE:
                return Claim(verb[0].act, holder, predicate=Predicate(i + 1, i + 2, verb[0].act, verb[0].words), frame="agent")
        return None

    def implied(self, tokens: Sequence[Token], holder: Holder) -> Claim | None:
        """A predicate whose subject stands above it: "Called for more scholarships" under the heading "Australia"."""
        at = self._begin(tokens)
        at += at < len(tokens) and tokens[at].low in ("we", "i")
        predicate = read_predicate(tokens, at, self.wording) if at < len(tokens) else None
        if predicate is None or predicate.act == "none" or predicate.start > at + 3:
            return None
        act = refined(predicate, holder, tokens)
        return None if act is None else Claim(act, holder, predicate=predicate, frame="implied")

    def fragment(self, tokens: Sequence[Token]) -> Claim | None:
        """ "Broad consensus that ...", "No consensus on ...", "Support for ...": a list item without a verb of its own."""
        low = lows(tokens)
        at = self._begin(tokens)
        claim = self._noun_claim(tokens, at, False, "fragment") if at < len(tokens) else None
        if claim is None or claim.predicate is None:
            return None
        end = claim.predicate.end
        following = low[end : end + 1]
        if following not in (
            ["that"],
            ["on"],
            ["for"],
            ["over"],
            ["about"],
            ["regarding"],
            ["with"],
            ["as"],
            ["to"],
            ["among"],
            ["of"],
            ["from"],
            ["at"],
            ["in"],
        ):
            return None
        own_verb = following != ["that"] and _finite_before_end(tokens, end)
        return None if own_verb else claim


HAVE_FUTURE = frozenset(["will", "shall", "would", "may", "might", "should"])
_NO_PASSIVE = frozenset(
    """call describe report tell find see hold make expect estimate add inform cover address host know present cite name identify offer plan
    adopt approve accept decide count quote understand give put show set take commit unite devote dedicate focus back brief detail rate rank
    reveal intend commend allow attribute ascribe blame credit compare liken speak feel think view regard deem judge want seek table
    block study survey center deal read sign resolve renew persuade reflect draw express voice state raise conclude present
    invite request resist split counter welcome-the ask thank answer announce outline illustrate""".split()  # noqa: SIM905
)


def _introduced(low: Sequence[str], begin: int) -> bool:
    """Whether a clause opens with something before its subject: "On verification, ...", "Next, ...", "A day later, ..."."""
    opener = low[begin] if begin < len(low) else ""
    return opener in _INTRO or opener.endswith(("ly", "ing")) or "," in low[begin + 1 : begin + 6]


def _parts(tokens: Sequence[Token], at: int) -> bool:
    """Whether the mark at `at` may part the content from who said it: a comma, a dash, or the end of a quotation."""
    token = tokens[at]
    if token.low in (",", "–", "—"):
        return not (token.quoted and at + 1 < len(tokens) and tokens[at + 1].quoted)
    return token.low in ("”", '"', "’", "?", "!") and at + 1 < len(tokens) and not tokens[at + 1].quoted


def _closes(tokens: Sequence[Token], end: int) -> bool:
    """Whether nothing that matters follows an inverted holder."""
    if end >= len(tokens):
        return True
    low = tokens[end].low
    return (
        low in _CLOSERS
        or low in (",", ";", "(", "–", "—", ":")
        or low in ("in", "at", "during", "on", "to", "who", "of", "from", "as", "after", "when", "with")
    )


def _view_of(low: Sequence[str], at: int) -> int | None:
    """Where the holder begins in "in the view of X", "in the eyes of X", "to the mind of X"."""
    for i in range(at + 1, min(at + 4, len(low) - 2)):
        if low[i] in _VIEWS and low[i + 1] == "of":
            return i + 2
    return None


def _passive_verb(low: Sequence[str], at: int) -> tuple[int | None, bool, bool]:
    """From an auxiliary at `at`: where the participle stands, whether it is negated, whether a modal weakens it."""
    negated = modal = seen = False
    while at < len(low):
        word = low[at]
        if word in BE or word in ("has", "have", "had", "remained", "got"):
            seen = True
        elif word in MODALS:
            modal = True
        elif word in NEGATIONS:
            negated = not negated
        elif tuple(low[at : at + 3]) == ("by", "no", "means"):
            negated, at = not negated, at + 2
        elif not (
            word.endswith("ly")
            or word
            in (
                "also",
                "again",
                "further",
                "then",
                "however",
                "still",
                "thus",
                "once",
                "more",
                ",",
                "rather",
                "both",
                "often",
                "well",
                "yet",
                "now",
                "too",
                "in",
                "principle",
                "therefore",
                "nevertheless",
            )
        ):
            break
        at += 1
    return (at if seen and at < len(low) else None), negated, modal


def _first_auxiliary(tokens: Sequence[Token], at: int) -> int | None:
    """The auxiliary of the main clause: not that of "the question of who is to pay", not one after a finite verb."""
    low = lows(tokens)
    depth = 1 if low[at] in ("whether", "what", "how", "who", "why") else 0
    for i in range(at + 1, len(tokens)):
        if tokens[i].quoted:
            continue
        if low[i] in ("who", "which", "whether", "how", "that", "what", "where", "why"):
            depth += 1
        elif low[i] in (";", ":"):
            return None
        elif low[i] in BE or low[i] in ("has", "have", "had") or low[i] in MODALS:
            if depth == 0:
                return i
            if _closing_passive(low, i):
                return i
    return None


def _closing_passive(low: Sequence[str], at: int) -> bool:
    """The last auxiliary of a sentence whose subject is itself a clause: "Whether they would be given access was left open."."""
    rest = low[at + 1 :]
    return low[at] in ("was", "were") and not any(w in BE or w in MODALS or w in ("has", "have", "had") for w in rest)


def _base(wording: Wording, form: str) -> str:
    return next((base for base, forms in wording.forms.get(form, {}).items() if "past" in forms), "")


def _dated(low: Sequence[str]) -> bool:
    """Whether the words hold a year or a month: what happened then is not what this meeting did."""
    return any(re.fullmatch(r"(?:19|20)\d\d", w) for w in low) and bool(
        set(low) & {"in", "on", "since", "by", "until", "after", "at", "from"} | (set(low) & _MONTHS)
    )


def _denies(low: Sequence[str]) -> bool:
    """ "agreed that there was no agreement"."""
    text = " ".join(low)
    return bool(
        re.match(
            r"(?:that )?(?:there (?:was|is|had been|were) (?:as yet |still )?(?:no|little) (?:\w+ )?(?:agreement|consensus)|no (?:agreement|consensus)|they (?:disagreed|could not agree|did not agree)|to (?:disagree|differ))",
            text,
        )
    )


# "considered the options too slow" judges, "considered options" does not.
_JUDGING = frozenset("to too as very more less unlikely likely essential necessary important dangerous premature unrealistic insufficient inadequate".split())  # noqa: SIM905


def _cannot(low: Sequence[str]) -> bool:
    """ "placed on record that they could not join recommendation 5": a refusal in the guise of a statement."""
    return bool(re.match(r"(?:that )?(?:they|it|he|she|their \w+) (?:could not|would not|will not|cannot|was unable to|were unable to|was not able to|were not able to|was not prepared to|were not prepared to|was not ready to|were not ready to) (?:\w+ly )?(?:join|support|accept|agree|endorse|approve|sign|subscribe|live with|back|go along)", " ".join(low)))


def _indicative(low: Sequence[str], at: int) -> bool:
    """Whether "suggested that ..." states a fact ("that markets were weak") and no wish ("that a list be kept")."""
    if low[at : at + 1] != ["that"]:
        return False
    for word in low[at + 1 : at + 14]:
        if word in ("should", "be", "ought", "must", "need", "shall"):
            return False
        if word in ("was", "were", "is", "are", "had", "has", "might", "may", "reflected", "showed"):
            return True
    return False


def _finite_before_end(tokens: Sequence[Token], at: int) -> bool:
    """Whether a finite verb of the fragment's own follows: one after "who" or "that" belongs to what the fragment is about."""
    for token in tokens[at:]:
        if token.low in _OPEN_THAT or token.low == "where":
            return False
        if token.low in BE or token.low in MODALS or token.low in ("has", "have", "had", "did", "does"):
            return True
    return False


def _human(holder: Holder, predicate: Predicate) -> bool:
    """Whether the verb fits people: a pronoun or a bare quantifier needs a past tense, else "They support thousands of jobs" would count."""
    loose = holder.pronoun in ("they", "it", "he", "she", "of them") or holder.bare
    if loose and predicate.tense == "present":
        return predicate.phrase[0] in _SPEAKING
    if holder.pronoun == "it" and predicate.phrase[0] == "be":
        return False
    thing = holder.scope == "government" and predicate.phrase[0] in _OF_STATES and len(predicate.phrase) < 3
    return not (thing and predicate.tense != "perfect")


def refined(predicate: Predicate, holder: Holder, tokens: Sequence[Token]) -> Act | None:
    """The act once the words around the verb are read too."""
    low = lows(tokens)
    act, verb = predicate.act, predicate.phrase[0]
    rest = low[predicate.end : predicate.end + 14]
    if verb == "ask" and not predicate.negated and len(predicate.phrase) == 1:
        asks = set(rest[:1]) & {
            "whether",
            "if",
            "who",
            "what",
            "how",
            "why",
            "which",
            "when",
            "where",
            "about",
            "themselves",
            "himself",
            "herself",
            "each",
        }
        return "asked" if asks or "to" not in rest[:9] and rest[:1] != ["that"] else "recommended"
    if act == "stated" and _cannot(rest):
        return "disagreed"
    if act == "discussed" and verb == "consider" and (rest[:1] and rest[0] in _JUDGING):
        return "stated"
    if act == "agreed" and verb == "agree" and _denies(rest):
        return "disagreed"
    if verb == "suggest" and act == "recommended" and _indicative(low, predicate.end):
        return "stated"
    if (
        act == "agreed"
        and verb in ("commit", "pledge", "resolve", "decide", "undertake", "vow", "adopt", "approve", "renew")
        and not _together(holder)
    ):
        return "stated"
    if (
        verb == "welcome"
        and holder.scope == "person"
        and set(rest[:4]) & {"delegates", "participants", "guests", "everyone", "attendees", "all"}
    ):
        return None
    if verb in ("call",) and len(predicate.phrase) == 1 and rest[:1] in (["for"], ["on"], ["upon"]):
        return "recommended"
    return act


def _together(holder: Holder) -> bool:
    return holder.scope == "everyone" or len(set(holder.countries)) > 1
