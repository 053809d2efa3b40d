"""A page of a PDF as it was printed, with the quote boxed, to stand beside the text that was read from it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from web.escape import attributes, bidi

if TYPE_CHECKING:
    from index.readers.page_image import Box, PageImage


def leaf_html(report: str, number: int, pages: int, image: PageImage | None, *, quoted: bool, problem: str = "") -> str:
    """The panel with page `number` of `pages`; `quoted` says that a quote was looked for on it, `problem` why there is no picture."""
    if image is None:
        shown = f'<p class="notice" role="status">{bidi(problem or "This page cannot be shown.")}</p>'
    else:
        lost = quoted and not image.boxes
        sorry = "The quote was not found on the picture of this page, so nothing is boxed. The text has it marked." if lost else ""
        note = f'<p class="notice" role="status">{sorry}</p>' if sorry else ""
        shown = note + _picture(image, number, quoted=quoted)
    return (
        f'<section class="leaf" aria-label="Page of the original"{attributes(data_leaf_of=report, data_number=number)}>'
        f"{_bar(number, pages)}"
        f'<div class="desk-top" tabindex="0" role="region" aria-label="Picture of the page">{shown}</div></section>'
    )


def _bar(number: int, pages: int) -> str:
    before, after = _turn(number - 1, pages, "Previous", "‹"), _turn(number + 1, pages, "Next", "›")
    return f'<header class="bar leaves">{before}<span class="place">Sheet {number} of {pages}</span>{after}</header>'


def _turn(to: int, pages: int, name: str, sign: str) -> str:
    closed = "" if 0 < to <= pages else " disabled"
    return f'<button type="button" class="quiet" data-turn-to="{to}" aria-label="{name} page of the original"{closed}>{sign}</button>'


def _picture(image: PageImage, number: int, *, quoted: bool) -> str:
    source = base64.b64encode(image.picture).decode("ascii")
    says = f"Sheet {number} of the original" + (", the quote boxed" if quoted and image.boxes else "")
    boxes = "".join(map(_box, image.boxes))
    return (
        f'<figure class="picture" style="aspect-ratio:{image.width}/{image.height}">'
        f'<img src="data:image/webp;base64,{source}" alt="{says}" width="{image.width}" height="{image.height}">{boxes}</figure>'
    )


def _box(box: Box) -> str:
    left, top, width, height = (f"{100 * share:.2f}%" for share in (box.left, box.top, box.width, box.height))
    return f'<span class="box" style="left:{left};top:{top};width:{width};height:{height}"></span>'
