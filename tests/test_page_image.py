"""Pages of PDFs as pictures: the quote is boxed where it stands, or not at all."""

from __future__ import annotations

import os
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from index import rebuild
from index.drawing import draw
from index.errors import UnreadableReport
from index.readers.page_image import Wanted, find_letters, fold_letters, join_lines
from qa.library import open_report, statements
from qa.original import Original, OriginalGone, original
from qa.page import page_image

FIRST = "Participants agreed that a hotline should be opened before the next season."
SECOND = "Some participants questioned the cost of the hot-"
THIRD = "line, and the office that would keep it."


def write_pdf(path: Path, *, rotate: int = 0, twice: bool = False) -> Path:
    """Two pages of A4; a word is broken over the first one's last two lines."""
    pdf = Canvas(str(path), pagesize=(595, 842))
    if rotate:
        pdf.setPageRotation(rotate)
    pdf.drawString(72, 780, "Report of the Second Round")
    pdf.drawString(72, 700, FIRST)
    pdf.drawString(72, 400, SECOND)
    pdf.drawString(72, 385, THIRD)
    if twice:
        pdf.drawString(72, 100, FIRST)
    pdf.showPage()
    pdf.drawString(72, 780, "The second page stands alone.")
    pdf.save()
    return path


def wanted(path: Path, quote: str = "", number: int = 1, before: float = 0.0) -> Wanted:
    return Wanted(number, sha256(path.read_bytes()).hexdigest(), quote, before)


def test_the_quote_is_boxed_where_it_stands_on_the_page(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf")
    drawn = draw(path, wanted(path, FIRST))
    (box,) = drawn.boxes
    assert box.left == pytest.approx(72 / 595, abs=0.01)
    assert box.top < 1 - 700 / 842 < box.top + box.height, "the base line goes through the box"
    with Image.open(BytesIO(drawn.picture)) as picture:
        assert picture.size == (drawn.width, drawn.height)
        left, top = round(box.left * drawn.width), round(box.top * drawn.height)
        inside = picture.convert("L").crop((left, top, left + round(box.width * drawn.width), top + round(box.height * drawn.height)))
        assert inside.getextrema()[0] < 100, "there is ink in the box"


def test_a_broken_word_and_a_ligature_part_the_quote_from_nothing(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf")
    boxes = draw(path, wanted(path, "cost of the hotline, and the o\ufb03ce that")).boxes
    assert len(boxes) == 2, "a box for each line"
    assert boxes[0].top < boxes[1].top


def test_words_that_the_page_does_not_have_are_boxed_nowhere(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf")
    assert draw(path, wanted(path, FIRST.replace("agreed", "disagreed"))).boxes == ()
    assert draw(path, wanted(path)).boxes == ()


def test_of_two_places_with_the_same_words_the_one_in_question_is_boxed(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", twice=True)
    upper, lower = (draw(path, wanted(path, FIRST, before=share)).boxes[0].top for share in (0.1, 0.9))
    assert upper < 0.3
    assert lower > 0.8


def test_on_a_page_that_is_turned_the_box_is_turned_with_it(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", rotate=90)
    drawn = draw(path, wanted(path, "Some participants questioned the cost"))
    (box,) = drawn.boxes
    assert box.height * drawn.height > box.width * drawn.width, "the line runs downwards"
    assert 0 < box.left < box.left + box.width < 1
    assert 0 < box.top < box.top + box.height < 1


def test_a_file_that_is_no_pdf_or_another_than_was_read_is_not_drawn(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf")
    asked = wanted(path)
    with pytest.raises(UnreadableReport, match="no page 9"):
        draw(path, wanted(path, number=9))
    path.write_bytes(b"%PDF-1.4 nothing of the kind")
    with pytest.raises(UnreadableReport, match="changed since"):
        draw(path, asked)
    with pytest.raises(UnreadableReport, match="cannot be drawn"):
        draw(path, wanted(path))


def test_letters_are_compared_without_hyphens_accents_and_ligatures() -> None:
    page = fold_letters("The of\ufb01ce\u00ad of C\u00e1diz, re-\nopened")
    found = find_letters("Office of Cadiz reopened", page, 0)
    assert (found[0], found[-1]) == (4, len("The of\ufb01ce\u00ad of C\u00e1diz, re-\nopened") - 1)
    assert find_letters("\u2026 !", page, 0) == []


def test_characters_are_joined_line_by_line_and_empty_ones_are_passed_over() -> None:
    boxes = [(0.0, 10.0, 5.0, 20.0), (5.0, 10.0, 5.0, 20.0), (6.0, 9.0, 9.0, 19.0), (0.0, 0.0, 4.0, 8.0), (0.0, 30.0, 4.0, 38.0)]
    assert join_lines(boxes) == [(0.0, 9.0, 9.0, 20.0), (0.0, 0.0, 4.0, 8.0), (0.0, 30.0, 4.0, 38.0)]


def test_the_page_of_a_citation_is_drawn_from_the_report_s_own_file(tmp_path: Path) -> None:
    documents, index = tmp_path / "documents", tmp_path / "index"
    documents.mkdir()
    write_pdf(documents / "a.pdf")
    rebuild(documents, index)
    said = next(s for s in open_report("a.pdf", index=index).statements if s.act == "agreed")
    place = said.citation
    drawn = page_image("a.pdf", place.page or 0, start=place.start, end=place.end, index=index)
    assert len(drawn.boxes) == 1
    assert page_image("a.pdf", 2, start=place.start, end=place.end, index=index).boxes == ()
    assert original("a.pdf", index=index).read().startswith(b"%PDF")
    write_pdf(documents / "a.pdf", twice=True)
    with pytest.raises(OriginalGone, match="has changed since it was read"):
        original("a.pdf", index=index).read()
    (documents / "a.pdf").unlink()
    with pytest.raises(OriginalGone, match="no longer in the documents folder") as gone:
        original("a.pdf", index=index).read()
    assert str(tmp_path) not in str(gone.value)


def test_what_is_no_file_in_the_place_of_one_is_not_waited_for_nor_read_without_end(tmp_path: Path) -> None:
    for name, make in {"pipe": os.mkfifo, "zero": lambda path: path.symlink_to("/dev/zero"), "folder": Path.mkdir}.items():
        place = tmp_path / name
        make(place)
        with pytest.raises(OriginalGone, match="the file is no longer in the documents folder"):
            Original("a.pdf", place, "0").read()
        with pytest.raises(UnreadableReport):
            draw(place, Wanted(1, "0"))


def test_of_the_sample_library_s_pdfs_every_statement_is_boxed(tmp_path: Path) -> None:
    documents, index = tmp_path / "documents", tmp_path / "index"
    documents.mkdir()
    for file in (Path(__file__).parent.parent / "documents").glob("*.pdf"):
        (documents / file.name).write_bytes(file.read_bytes())
    rebuild(documents, index)
    for said in statements(index=index):
        place = said.citation
        assert page_image(place.report, place.page or 0, start=place.start, end=place.end, index=index).boxes, said.quote
