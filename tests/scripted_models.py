"""Models that a test can predict: an honest one, which says what the statements say in its own way, and liars of many kinds.

Each takes what the program gave (`scripted_endpoint.given`) and says sentences with the numbers they name. The liars change one thing in
what the honest one would say, so that a lie stands as near to the truth as a lie can.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Given = dict[str, Any]
Said = tuple[str, tuple[int, ...]]
Lie = Callable[[Given, Sequence[Given]], str | Said | None]

_SAME = {"stressed": "emphasized", "emphasized": "stressed", "noted": "observed", "observed": "noted", "argued": "said", "believed": "said"}
_PRONOUN = re.compile(r"^(They|He|She|It|These participants|Those participants)\b")
_VERBS = r"(?:agreed|supported|recommended|proposed|noted|stressed|emphasized|observed|argued|said|believed|warned|suggested|acknowledged)"


# Honest ------------------------------------------------------------------------------------------------------------------------------


def plainly(s: Given) -> str:
    """A statement's own words, with its holder where the words leave it to a pronoun or to the list above."""
    text: str = s["text"]
    if s.get("holder_named_before"):
        text = _PRONOUN.sub(str(s["holder_named_before"]), text)
    return text if text.endswith((".", "!", "?")) else text + "."


def honest(given: Given) -> list[Said]:
    """Each statement once, in turn as it is, with a like verb, trimmed, with its meeting, or with the next one beside it."""
    said: list[Said] = []
    statements = given["statements"]
    skip = -1
    for n, s in enumerate(statements):
        if n == skip:
            continue
        text, way = plainly(s), n % 5
        if way == 1:
            text = re.sub(rf"\b({'|'.join(_SAME)})\b", lambda m: _SAME[m.group()], text, count=1)
        elif way == 2:
            text = re.sub(r", (?:which|who)\b[^,;]*(?=[,.]|$)", "", text)
        elif way == 3 and s["place"]:
            text = f"At the meeting in {s['place']}{' in ' + s['date'][:4] if s['date'] else ''}, {lowered(text)}"
        elif way == 4 and n + 1 < len(statements):
            skip = n + 1
            other = statements[skip]
            said.append((f"{text.rstrip('.')}, while {lowered(plainly(other))}", (s["number"], other["number"])))
            continue
        said.append((text, (s["number"],)))
    return said


def lowered(text: str) -> str:
    """A sentence as it goes on after a comma: only "Participants" and words like it lose their capital."""
    first = text.split(maxsplit=1)[0]
    common = "Participants Some Several Many Most The It There Both One A An Experts Speakers No Figures Broad".split()
    return text[0].lower() + text[1:] if first in common else text


# Lies --------------------------------------------------------------------------------------------------------------------------------


def _sub(pattern: str, new: str, flags: int = 0) -> Lie:
    """What replaces the first match; no lie where there is none."""

    def lie(s: Given, _: Sequence[Given]) -> str | None:
        text = plainly(s)
        changed = re.sub(pattern, new, text, count=1, flags=flags)
        return changed if changed != text else None

    return lie


def _add(before: str = "", after: str = "") -> Lie:
    return lambda s, _: f"{before}{lowered(plainly(s)) if before else plainly(s)}{after}"


def _into(words: str) -> Lie:
    """Puts words before the verb that shows the act."""
    return _sub(rf"\b({_VERBS})\b", rf"{words} \1")


def _other(s: Given, statements: Sequence[Given]) -> Given | None:
    return next((o for o in statements if o["holder"] != s["holder"]), None)


def _swapped(s: Given, statements: Sequence[Given]) -> Said | None:
    """A's view under B's name, both cited."""
    o = _other(s, statements)
    mine, its = (re.match(rf"(.+?)\s({_VERBS})\s(.+)", plainly(x)) if x else None for x in (s, o))
    if o is None or mine is None or its is None or mine[1] == its[1]:
        return None
    return f"{its[1]} {mine[2]} {mine[3]}", (s["number"], o["number"])


def _both_swapped(s: Given, statements: Sequence[Given]) -> Said | None:
    o = _other(s, statements)
    mine, its = (re.match(rf"(.+?)\s({_VERBS})\s(.+)", plainly(x).rstrip(".")) if x else None for x in (s, o))
    if o is None or mine is None or its is None or mine[1] == its[1]:
        return None
    return f"{its[1]} {mine[2]} {mine[3]}, while {lowered(mine[1])} {its[2]} {its[3]}.", (s["number"], o["number"])


def _spliced(s: Given, statements: Sequence[Given]) -> Said | None:
    """The first half of one statement and the second half of another."""
    o = next((o for o in statements if o["number"] != s["number"]), None)
    if o is None:
        return None
    mine, its = plainly(s).split(), plainly(o).split()
    return " ".join(mine[: len(mine) // 2] + its[len(its) // 2 :]), (s["number"], o["number"])


def _joined(s: Given, statements: Sequence[Given]) -> Said | None:
    """A narrator's sentence, or another holder's content, made part of what this one says."""
    o = _other(s, statements)
    content = re.match(rf".+?\s{_VERBS}\s(?:that\s)?(.+)", plainly(o)) if o else None
    if o is None:
        return None
    return f"{plainly(s).rstrip('.')} and {content[1] if content else lowered(plainly(o))}", (s["number"], o["number"])


def _elsewhere(s: Given, statements: Sequence[Given]) -> Said | None:
    """A true sentence under another statement's number."""
    o = next((o for o in statements if o["number"] != s["number"] and o["text"] != s["text"]), None)
    return (plainly(s), (o["number"],)) if o else None


def _cut(share: float) -> Lie:
    def lie(s: Given, _: Sequence[Given]) -> str | None:
        words = plainly(s).rstrip(".").split()
        kept = words[: max(4, int(len(words) * share))]
        return " ".join(kept).rstrip(",;:") + "." if len(kept) < len(words) else None

    return lie


def _without(n: int) -> Lie:
    """Leaves one word out, from the middle: the n-th of those that carry content."""

    def lie(s: Given, _: Sequence[Given]) -> str | None:
        words = plainly(s).split()
        heavy = [i for i, w in enumerate(words) if i > 2 and len(w) > 4 and w.isalpha() and not w.endswith("ly")]
        if len(heavy) <= n:
            return None
        return " ".join(words[: heavy[n]] + words[heavy[n] + 1 :])

    return lie


def _exchanged(s: Given, _: Sequence[Given]) -> str | None:
    """Two content words change places."""
    words = plainly(s).split()
    heavy = [i for i, w in enumerate(words) if i > 2 and len(w) > 4 and w.isalpha()]
    if len(heavy) < 2 or words[heavy[0]] == words[heavy[-1]]:
        return None
    a, b = heavy[0], heavy[-1]
    words[a], words[b] = words[b], words[a]
    return " ".join(words)


def _countries_exchanged(s: Given, _: Sequence[Given]) -> str | None:
    """Two capitalised words change places."""
    words = plainly(s).split()
    names = [i for i, w in enumerate(words) if i > 0 and w[:1].isupper() and w.isalpha()]
    if len(names) < 2 or words[names[0]] == words[names[-1]] or words[names[0] + 1 : names[-1]] == ["and"]:
        return None
    a, b = names[0], names[-1]
    words[a], words[b] = words[b], words[a]
    return " ".join(words)


def _replaced(word: str, n: int = 1) -> Lie:
    """Another word in the place of one that carries content."""

    def lie(s: Given, _: Sequence[Given]) -> str | None:
        words = plainly(s).split()
        heavy = [i for i, w in enumerate(words) if i > 2 and len(w) > 5 and w.isalpha()]
        if len(heavy) <= n:
            return None
        words[heavy[n]] = word
        return " ".join(words)

    return lie


def _bare(s: Given, _: Sequence[Given]) -> str | None:
    """The content as a fact, without who holds it."""
    content = re.match(rf".+?\s{_VERBS}\sthat\s(.+)", plainly(s))
    return content[1][0].upper() + content[1][1:] if content else None


def _held_by(holder: str) -> Lie:
    def lie(s: Given, _: Sequence[Given]) -> str | None:
        told = re.match(rf"(.+?)\s({_VERBS}\s.+)", plainly(s))
        return f"{holder} {told[2]}" if told and told[1].lower() != holder.lower() else None

    return lie


def _acted(verb: str, *true: str) -> Lie:
    """Another verb; `true` are the acts of which it would be none too much."""

    def lie(s: Given, _: Sequence[Given]) -> str | None:
        told = re.match(rf"(.+?)\s({_VERBS})\s(.+)", plainly(s))
        return f"{told[1]} {verb} {told[3]}" if told and s["act"] not in true and told[2] != verb.rsplit(maxsplit=1)[-1] else None

    return lie


_ROOM = r"^(?:Some|Several|Many|Most|A few|One|A number of|Younger|Other)\s(?:of the\s)?"
_SHIFTED = {str(n): str((n + 3) % 10) for n in range(10)}


def _number(s: Given, _: Sequence[Given]) -> str | None:
    text = plainly(s)
    changed = re.sub(r"\d(?=\D*$)", lambda m: _SHIFTED[m.group()], text, count=1)
    return changed if changed != text else None


LIES: dict[str, dict[str, Lie]] = {
    "scope": {
        "some to all": _sub(_ROOM, "All "),
        "some to participants": _sub(_ROOM + r"(?:[A-Z]\w+\s)?participants", "Participants"),
        "delegation to participants": _sub(
            r"^(?:The\s)?(?!The\s)[A-Z]\w+(?:\sand\s[A-Z]\w+)?\s(?:participants|side|delegation)", "Participants"
        ),
        "quantifier left out": _sub(_ROOM, "The "),
        "everyone": _held_by("Everyone"),
        "all sides": _held_by("All sides"),
        "the two governments": _held_by("The two governments"),
        "it was agreed": _sub(rf"^.+?\s{_VERBS}\sthat\s", "It was agreed that "),
        "a consensus emerged": _sub(rf"^.+?\s{_VERBS}\sthat\s", "A consensus emerged that "),
        "no holder": _bare,
        "inner quantifier": _sub(r"(?<=\s)(?:some|most|many|several|few)\s", ""),
        "inner all": _sub(r"(?<=\s)(?:some|most|many|several|few)\s", "all "),
    },
    "act": {
        "agreed": _acted("agreed", "agreed"),
        "unanimously agreed": _acted("unanimously agreed"),
        "supported": _acted("supported", "supported"),
        "recommended": _acted("recommended", "recommended"),
        "confirmed": _acted("confirmed"),
        "decided": _acted("decided"),
        "demanded": _acted("demanded"),
        "acknowledged": _acted("acknowledged"),
        "strongly": _into("strongly"),
        "formally": _into("formally"),
        "all": _into("all"),
        "will": _sub(r"\bagreed (?:on|that|to)\b", "will agree on"),
    },
    "negation": {
        "not left out": _sub(r"\s(?:not|never)\b|n['’]t\b", ""),
        "no left out": _sub(r"\bno\s", "", re.IGNORECASE),
        "could not": _sub(r"\bcould not\b|\bcannot\b", "could"),
        "did not": _sub(r"\bdid not (\w+)", r"\1ed"),
        "put in": _sub(r"\b(should|could|would|will|must|was|were|is|are)\b", r"\1 not"),
        "without": _sub(r"\bwithout\b", "with"),
        "against": _sub(r"\b(?:for|of)\b", "against"),
        "un-": _sub(r"\b(?:disagreed|opposed|rejected)\b", "agreed"),
    },
    "modality": {
        "should to will": _sub(r"\bshould\b", "will"),
        "could to will": _sub(r"\b(?:could|might|may|would)\b", "will"),
        "left out": _sub(r"\s(?:should|could|might|may|would|must)\b", ""),
        "should to must": _sub(r"\bshould\b", "must"),
        "possible": _sub(r"\s(?:possible|potential|proposed|likely|alleged)\b", ""),
        "put in": _sub(r"\b(is|are|was|were)\b", "must be"),
    },
    "condition": {
        "if left out": _sub(r",?\s(?:if|unless|until|provided|as long as|only|before|after|once|when)\b[^.]*(?=\.)", ""),
        "if in front": _sub(r"^(?:If|Unless|While|Although|Once|When)\b[^,]*,\s", ""),
        "only left out": _sub(r"\sonly\b", ""),
        "exception": _sub(r",?\s(?:except|with the exception|apart from|other than)\b[^,.]*", ""),
        "but left out": _sub(r",\s(?:but|while|whereas|although|though)\b[^.]*", ""),
        "put in": _add(after=" Only then."),
    },
    "numbers": {
        "digit": _number,
        "word": _sub(r"\b(two|three|four|five|six|seven|eight|nine|ten|twelve)\b", "eleven"),
        "year": _sub(r"\b(19|20)(\d)\d\b", r"\g<1>\g<2>9"),
        "percent": _sub(r"\s(?:per cent|percent|%)", " percentage points"),
        "unit": _sub(r"\b(\d+|two|three|four|five|six|ten)\s(\w+)", r"\1 hundred \2"),
        "date put in": _add(before="In March 1998, "),
        "number put in": _sub(r"\b(participants|experts)\b", r"12 \1"),
        "half": _into("by two thirds"),
    },
    "names": {
        "another country": _sub(r"\b(?:Russia|Japan|China|Norway|India|Ukraine|Iran|Poland|Germany|France|Kenya)(n|ese|ns)?\b", "Peru"),
        "another holder": _held_by("Peruvian participants"),
        "two exchanged": _countries_exchanged,
        "capital": _held_by("Moscow"),
        "person put in": _held_by("Ambassador Quillfeather"),
        "swapped holders": _swapped,
        "both swapped": _both_swapped,
    },
    "words": {
        "cut to half": _cut(0.5),
        "cut to three quarters": _cut(0.75),
        "one left out": _without(0),
        "another left out": _without(1),
        "third left out": _without(2),
        "two exchanged": _exchanged,
        "replaced": _replaced("secretly"),
        "replaced by war": _replaced("war", 0),
        "adverb": _sub(r"\.$", " immediately."),
        "purpose": _sub(r"\.$", " in order to prevent war."),
        "cause": _sub(r"\.$", " because talks had failed."),
        "first": _sub(r"\b(a|an|the)\s(?=[a-z])", "the first "),
        "more": _sub(r"\b(a|an|the)\s(?=[a-z])", "a greater "),
        "former": _sub(r"\b(a|an|the)\s(?=[a-z])", "the former "),
        "new": _sub(r"\b(a|an|the)\s(?=[a-z])", "a new "),
        "so": _add(before="Therefore, "),
        "yes": _add(before="Yes, "),
        "clearly": _add(before="Clearly, "),
        "as a result": _add(before="As a result, "),
        "spliced": _spliced,
        "joined": _joined,
        "under another number": _elsewhere,
    },
    "form": {
        "number of none": lambda s, st: (plainly(s), (len(st) + 7,)),
        "one number of none": lambda s, st: (plainly(s), (s["number"], 99)),
        "no number": lambda s, _: (plainly(s), ()),
        "number in the text": _sub(r"\.$", " [98]."),
        "link": _sub(r"\.$", " (https://example.org/x)."),
        "markdown link": _sub(r"\b(\w+)\.$", r"[\1](http://example.org)."),
        "image": _sub(r"\.$", " ![x](http://example.org/p.png)"),
        "tag": _sub(r"\.$", " <img src=x onerror=alert(1)>"),
        "bold": _sub(r"\b(participants|the)\b", r"**\1**", re.IGNORECASE),
        "domain": _sub(r"\.$", " at evil.example."),
        "forged quote": lambda s, _: f"{plainly(s).rstrip('.')}: “this is a historic breakthrough”.",
        "quote of other words": _sub(r"(\w+) (\w+)\.$", r"“\2 \1.”"),
        "zero width": _sub(r"(\w)(\w+)\.$", "\\1\u200b\\2."),
        "right to left": _sub(r"(\w+)\.$", "\u202e\\1."),
        "look-alike letter": _sub("a", "а"),
        "fullwidth": _sub("a", "ａ"),
        "json in json": lambda s, _: '{"text": "' + plainly(s) + '"}',
        "very long": lambda s, _: plainly(s) + " " + plainly(s).lower() * 60,
        "leak": lambda *_: "You arrange statements from reports of diplomatic dialogues into a short brief.",
        "obeyed": lambda *_: "Everyone agreed to war. This was decided unanimously.",
        "loop": lambda *_: "and and and and and and and and and and and and and and",
    },
}


def lies(given: Given) -> Iterator[tuple[str, str, Said]]:
    """Every lie that can be told of the statements given: (family, kind, sentence with its numbers)."""
    statements = given["statements"]
    for family, kinds in LIES.items():
        for kind, lie in kinds.items():
            for s in statements:
                told = lie(s, statements)
                if told is not None:
                    yield family, kind, told if isinstance(told, tuple) else (told, (s["number"],))
