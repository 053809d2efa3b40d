"""What leads into a list or stands before the articles of a joint text: whose the items are, and how firmly, where they do not say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.attribution.claims import Claim
from index.attribution.context import act_of_heading
from index.attribution.holder import Holder
from index.attribution.holders import HolderReader
from index.attribution.tokens import Token, lows
from index.attribution.wording import Wording
from index.report import Act

_RECOMMENDATIONS = re.compile(r"\b(?:recommendations|proposals|suggestions)\b", re.IGNORECASE)
# Whose list of recommendations is not said to be everyone's.
_OF_A_FEW = re.compile(
    r"\b(?:working|breakout|break-out|small) groups?\b|\bauthors?\b"
    r"|\bdo(?:es)? not (?:\w+ ){0,2}?(?:bind|commit|represent|reflect)\b|\bnon-binding\b|\bno vote\b|\bin (?:a|their) personal capacity\b",
    re.IGNORECASE,
)
_ASSEMBLED = re.compile(r", (?:meeting|met|having met|gathered|assembled|convened|meeting together) [^:]*$")
_DECLARED = re.compile(
    r"\b(?:outcome|final|closing|joint) (?:document|statement|declaration|communiqu[eé]|text)\b|\b(?:declaration|communiqu[eé])\b",
    re.IGNORECASE,
)
_SOMEBODYS = re.compile(r"\b(?:by|from|his|her|chair\w*|hosts?|organi[sz]ers?)\b", re.IGNORECASE)
_PREAMBLE = re.compile(
    r"(?:(?:further|deeply|gravely|also|seriously|strongly|fully)\s+)?(?:"
    r"(?P<stated>recogni[sz]ing|noting|affirming|reaffirming|acknowledging|emphasi[sz]ing|stressing|underlining|underscoring|believing|convinced)|"
    r"(?P<supported>welcoming|endorsing|supporting)|(?P<concerned>concerned|worried|alarmed|disturbed|deploring|fearing)|"
    r"(?P<disagreed>condemning|rejecting))\s[^.]*[;,]$",
    re.IGNORECASE,
)


def lead_in(tokens: Sequence[Token], text: str, wording: Wording, holders: HolderReader) -> Claim | None:
    """ "Key recommendations:", "Japanese participants:", "The participants, meeting in Busan:", "The final text says:" before a list."""
    act = act_of_heading(text, wording)
    if act is None and _RECOMMENDATIONS.search(text):
        act = "recommended"  # "The chair drew the following recommendations from the discussion."
    if act is not None:
        return Claim(act, None, "impersonal", frame="of a few" if _OF_A_FEW.search(text) else "")
    body = [t for t in tokens if t.low != ":"]
    holder = holders.read(body, 0) if body else None
    if holder is not None and (holder.end == len(body) or _ASSEMBLED.match(" ".join(lows(body[holder.end :])))):
        return Claim("none", holder) if holder.scope != "unattributed" else None
    if _DECLARED.search(text) and text.rstrip().endswith(":") and not _SOMEBODYS.search(text):
        return Claim("none", Holder(0, 0, "everyone"))  # and under it "We call upon our leaders"
    return None


def as_lead(own: Claim, text: str) -> Claim:
    """What a sentence with a view of its own gives the list under it: recommendations that were endorsed are recommendations still."""
    if not _RECOMMENDATIONS.search(text):
        return own
    act: Act = "recommended" if own.act == "supported" else own.act
    return replace(own, act=act, frame="of a few" if own.holder is None and _OF_A_FEW.search(text) else own.frame)


def act_of_preamble(text: str) -> Act | None:
    """ "Deeply worried by the advance of gold mining;": what those who adopt a joint text say before its articles, or None."""
    found = _PREAMBLE.match(text)
    return None if found is None else found.lastgroup  # type: ignore[return-value]  # its groups are named by acts
