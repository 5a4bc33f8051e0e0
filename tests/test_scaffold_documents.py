"""Scaffolding from .docx and .pdf: what Word and print add to a text is read back into it."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph
from pypdf import PdfWriter

Command = Callable[..., "subprocess.CompletedProcess[str]"]
LEVELS = (("upperRoman", "%1."), ("lowerLetter", "%2."), ("bullet", "\uf0b7"))
PAGES = (
    (
        "House rules, print of 2026",
        "House rules",
        "I. Opening",
        "The library is open whenever its lamp is lit, and who comes late may knock at the window that",
        "looks upon the garden.",
        "1",
    ),
    (
        "House rules, print of 2026",
        "II. Reading",
        "What was asked of readers is written down here, so that everybody who reads in this room would",
        "know it well:",
        "\\225 Bring back what you borrow, and bring it back on the day that is printed on the well-",
        "known slip",
        "\\225 Do not fold",
        "2",
    ),
    ("House rules, print of 2026", "III. Closing", "Good night.", "Page 3 of 3"),
)
"""Lines of pages as a printer sets them; \\225 is a bullet."""


def scaffold(
    travaux: Command, content: Path, file: Path, *options: object, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The outcome of `travaux scaffold` with the library's genre."""
    arguments = ("--id", "r-2", "--genre", "rules", "--content", content)
    return travaux("scaffold", file, *arguments, *options, **environment)


def listed(document: docx.document.Document, paragraph: Paragraph, level: int) -> None:
    """Let Word number a paragraph at a level of the list that `numbered` defines."""
    properties = paragraph._p.get_or_add_pPr()
    xml = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
    properties.append(parse_xml(xml))


def numbered() -> docx.document.Document:
    """A document with a list of three levels, as Word would define it."""
    document = docx.Document()
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text) in enumerate(LEVELS)
    )
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    return document


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF with these lines, in the smallest form that the standard allows."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    for place, lines in enumerate(pages):
        shown = "".join(f"1 0 0 1 50 {760 - 16 * row} Tm ({line}) Tj\n" for row, line in enumerate(lines))
        stream = f"BT /F1 10 Tf\n{shown}ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * place} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    body, offsets = "%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    ).encode("latin-1")


def test_a_word_document_with_typed_numbers(travaux: Command, library_content: Path, tmp_path: Path) -> None:
    """Paragraphs, bullets and table rows become lines; the text lies beside, and the passages fit it."""
    document = docx.Document()
    for text in (
        "House rules",
        "I. Opening",
        "The lamp\u00a0is lit.\nIt is warm.",
        "II. Reading",
        "Asked for:",
    ):
        document.add_paragraph(text)
    document.add_paragraph("Bring back what you borrow", style="List Bullet")
    document.add_paragraph("ANNEX: Hours")
    document.add_paragraph("Day 1 – Monday")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "10:00 – 11:00", "Reading\naloud"
    path = tmp_path / "rules.docx"
    document.save(str(path))
    result = scaffold(travaux, library_content, path)
    assert (result.returncode, result.stderr) == (0, "")
    text = (tmp_path / "rules.txt").read_text(encoding="utf-8")
    assert text.split("\n\n") == [
        "House rules",
        "I. Opening",
        "The lamp is lit. It is warm.",
        "II. Reading",
        "Asked for:",
        "- Bring back what you borrow",
        "ANNEX: Hours",
        "Day 1 – Monday",
        "10:00 – 11:00\tReading aloud\n",
    ]
    arguments = (
        "--source",
        tmp_path / "rules.txt",
        "--document",
        "document/r-2",
        "--content",
        library_content,
    )
    assert "10 of 10 passages verified" in travaux("anchor", *arguments).stdout


def test_a_word_document_that_numbers_itself(travaux: Command, library_content: Path, tmp_path: Path) -> None:
    """Numbers that Word computes are written out: Roman parts, letters that start anew, bullets."""
    document = numbered()
    document.add_paragraph("House rules")
    lines = (
        ("Opening", 0),
        ("Doors", 1),
        ("Lamps", 1),
        ("Reading", 0),
        ("Aloud", 1),
        ("Bring books back", 2),
    )
    for text, level in lines:
        listed(document, document.add_paragraph(text), level)
    path = tmp_path / "rules.docx"
    document.save(str(path))
    assert scaffold(travaux, library_content, path).returncode == 0
    text = (tmp_path / "rules.txt").read_text(encoding="utf-8")
    assert " ".join(text.split()) == (
        "House rules I. Opening a. Doors b. Lamps II. Reading a. Aloud - Bring books back"
    )


def test_a_printed_text(travaux: Command, library_content: Path, tmp_path: Path) -> None:
    """Lines are joined to paragraphs and items; running heads and page numbers are left out."""
    path = tmp_path / "rules.pdf"
    path.write_bytes(pdf(PAGES))
    kept = tmp_path / "elsewhere.txt"
    result = scaffold(travaux, library_content, path, "--text", kept)
    assert (result.returncode, result.stderr) == (0, "")
    assert kept.read_text(encoding="utf-8").split("\n\n") == [
        "House rules",
        "I. Opening",
        f"{PAGES[0][3]} {PAGES[0][4]}",
        "II. Reading",
        f"{PAGES[1][2]} {PAGES[1][3]}",
        "- Bring back what you borrow, and bring it back on the day that is printed on the well-known slip",
        "- Do not fold",
        "III. Closing",
        "Good night.\n",
    ]


def test_the_text_stays_out_of_the_content(travaux: Command, library_content: Path) -> None:
    """What is extracted is the source, and nothing of that gets into a content folder."""
    path = library_content / "data" / "rules.pdf"
    path.write_bytes(pdf(PAGES))
    result = scaffold(travaux, library_content, path)
    assert result.returncode == 1
    assert "lies in the content folder; give --text a place outside of it" in result.stderr
    assert not path.with_suffix(".txt").exists()


def test_a_text_that_somebody_corrected_is_kept(
    travaux: Command, library_content: Path, tmp_path: Path
) -> None:
    """A text that lies beside already is not overwritten by another; it can be scaffolded from."""
    path, kept = tmp_path / "rules.pdf", tmp_path / "rules.txt"
    path.write_bytes(pdf(PAGES))
    kept.write_text("I. Opening\n\nCorrected.\n", encoding="utf-8")
    result = scaffold(travaux, library_content, path)
    assert result.returncode == 1
    assert "exists and is another text" in result.stderr
    assert scaffold(travaux, library_content, kept).returncode == 0


def locked(path: Path) -> None:
    """Write a PDF that asks for a password."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(path)


def blank(path: Path) -> None:
    """Write a PDF with a page and no text, as a scanner would."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(path)


def hollow(path: Path) -> None:
    """Write an archive that is no Word document."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types>")


@pytest.mark.parametrize(
    ("name", "make", "expected"),
    [
        ("a.pdf", lambda path: path.write_bytes(b"%PDF-1.4 and nothing more"), "is no .pdf that can be read"),
        ("b.pdf", lambda path: path.write_bytes(pdf(PAGES)[:300]), "is no .pdf that can be read"),
        ("c.pdf", locked, "is no .pdf that can be read"),
        ("d.pdf", blank, "holds no text"),
        ("e.docx", lambda path: path.write_bytes(b"PK no archive"), "is no .docx that can be read"),
        ("f.docx", hollow, "is no .docx that can be read"),
    ],
)
def test_a_document_that_cannot_be_read(
    travaux: Command,
    library_content: Path,
    tmp_path: Path,
    name: str,
    make: Callable[[Path], object],
    expected: str,
) -> None:
    """Damaged, locked and scanned documents are refused in one line each, and nothing is written."""
    make(tmp_path / name)
    result = scaffold(travaux, library_content, tmp_path / name)
    assert result.returncode == 1
    assert expected in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / name).with_suffix(".txt").exists()


@pytest.mark.parametrize(
    ("suffix", "module", "package"), [(".docx", "docx", "python-docx"), (".pdf", "pypdf", "pypdf")]
)
def test_a_package_that_is_not_installed(
    travaux: Command, library_content: Path, tmp_path: Path, suffix: str, module: str, package: str
) -> None:
    """Without the extra, the message says what to install."""
    absent = tmp_path / "absent"
    absent.mkdir()
    (absent / f"{module}.py").write_text(f"raise ModuleNotFoundError(name={module!r})\n", encoding="utf-8")
    path = tmp_path / f"rules{suffix}"
    path.write_bytes(pdf(PAGES))
    result = scaffold(travaux, library_content, path, PYTHONPATH=str(absent))
    assert result.returncode == 1
    assert f"pip install {package}" in result.stderr
