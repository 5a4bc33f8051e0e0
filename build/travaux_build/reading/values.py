"""Whether a single value is well formed: ids, IRIs, language tags, texts and XML Schema literals."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from pyoxigraph import NamedNode

from travaux_build.reading.characters import faults
from travaux_build.reading.nodes import Scalar

Fault = tuple[str, str]
"""What is wrong with a value, and what to do about it."""
IDENTITY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*/[a-z0-9]+(?:[.-][a-z0-9]+)*")
LONGEST_IDENTITY = 200
IDENTITY_REMEDY = "write kind/key in lower-case letters, digits, hyphens and dots, such as theme/detention"
LANGUAGE = re.compile(
    r"(?P<language>[A-Za-z]{2,3})(?P<extended>(?:-[A-Za-z]{3}){0,3})(?P<script>-[A-Za-z]{4})?"
    r"(?P<region>-(?:[A-Za-z]{2}|[0-9]{3}))?(?P<variants>(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*)(?P<private>-[xX](?:-[A-Za-z0-9]{1,8})+)?"
)
"""A language tag by BCP 47 (RFC 5646, section 2.1), without the registry's reserved and old forms."""
ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)"
DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
DATE_TIME = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}})T(\d{{2}}:\d{{2}}:\d{{2}})(?:\.\d+)?({ZONE})?")
LONGEST_SHOWN = 80
YES, NO = {"yes", "on", "y"}, {"no", "off", "n"}


def shown(text: str) -> str:
    """A value as a message quotes it: in quotation marks, and cut where it is long."""
    return repr(text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…")


def identity_fault(text: str) -> Fault | None:
    """What is wrong with the id of an entry."""
    if len(text) > LONGEST_IDENTITY:
        return f"{shown(text)} is longer than {LONGEST_IDENTITY} characters", "shorten it"
    if IDENTITY.fullmatch(text):
        return None
    if text != text.lower() and IDENTITY.fullmatch(text.lower()):
        return f"{shown(text)} is not an id: ids have no capitals", f"did you mean {text.lower()}?"
    return f"{shown(text)} is not an id", IDENTITY_REMEDY


def reference_fault(text: str, things: str) -> Fault | None:
    """What is wrong with a value that should be an id, or the absolute http(s) IRI of somebody else's thing.

    `things` is the namespace of our own things.
    """
    if text.startswith(things):
        return f"{text} is one of ours", f"write {text.removeprefix(things)}"
    if not text.lower().startswith(("http:", "https:")):
        return identity_fault(text)
    return iri_fault(text)


def iri_fault(text: str) -> Fault | None:
    """What is wrong with an absolute http(s) IRI (RFC 3987)."""
    remedy = "write the whole IRI, with spaces and special characters percent-encoded"
    try:
        NamedNode(text)
    except ValueError as error:
        return f"{shown(text)} is not an IRI: {error}", remedy
    for message, advice in faults(text):
        return f"{shown(text)} {message}", advice
    if not re.match(r"https?://[^/?#]", text):
        return f"{shown(text)} is not an http(s) IRI with a host", remedy
    return None


def language_fault(tag: str) -> Fault | None:
    """What is wrong with a language tag; its letters must have the case that BCP 47 recommends."""
    match = LANGUAGE.fullmatch(tag)
    if not match:
        return f"{shown(tag)} is not a language tag", "write one of BCP 47, such as en, fr or zh-Hans"
    usual = match["language"].lower() + match["extended"].lower() + (match["script"] or "").title()
    usual += (match["region"] or "").upper() + match["variants"].lower() + match["extensions"].lower()
    usual += (match["private"] or "").lower()
    return None if usual == tag else (f"the language tag {tag} is not in its usual case", f"write {usual}")


def text_faults(value: Scalar) -> list[Fault]:
    """What is wrong with a text: nothing in it, blanks around it, forbidden characters, or no quotes."""
    text = value.text
    if value.implied:
        what = text[:LONGEST_SHOWN] or "an empty value"
        remedy = f'write "{text[:LONGEST_SHOWN]}"' if text else "add a text, or leave the key out"
        return [(f"{what} is a {value.implied} to YAML, not a text", remedy)]
    if not text.strip():
        return [("the text is empty", "add a text, or leave the key out")]
    found = faults(text)
    if text != text.strip():
        message = "the text starts or ends with a blank or a line end"
        found.append((message, 'trim it; use ">-" for long texts'))
    return found


def literal_faults(datatype: str, value: Scalar) -> list[Fault]:
    """What is wrong with a value of the XML Schema type with that local name."""
    if datatype == "string":
        return text_faults(value)
    if value.implied == "nothing":
        return [("there is no value", "add one, or leave the key out")]
    if value.implied and datatype in ("anyURI", "language"):
        return text_faults(value)
    fault = CHECKS[datatype](value.text)
    return [fault] if fault else []


def _integer(text: str) -> Fault | None:
    if re.fullmatch(r"0|-?[1-9][0-9]{0,17}", text):
        return None
    return f"{shown(text)} is not a whole number", "write digits only, without leading zeros, such as 12"


def _decimal(text: str) -> Fault | None:
    if re.fullmatch(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?", text):
        return None
    return f"{shown(text)} is not a decimal number", "write digits with a point, such as 12.5"


def _boolean(text: str) -> Fault | None:
    if text in ("true", "false"):
        return None
    meant = "true" if text.lower() in YES | {"true"} else "false" if text.lower() in NO | {"false"} else ""
    return f"{shown(text)} is not a boolean", f"write {meant or 'true or false'}"


def _date(text: str) -> Fault | None:
    match = DATE.fullmatch(text)
    if not match:
        return f"{shown(text)} is not a date", "write year-month-day, such as 2017-05-08"
    try:
        datetime.date(*map(int, match.groups()))
    except ValueError as error:
        return f"{text} is not a day of the calendar: {error}", "correct it"
    return None


def _date_time(text: str) -> Fault | None:
    match = DATE_TIME.fullmatch(text)
    if not match:
        return f"{shown(text)} is not a date with a time", "write it like 2017-05-08T10:00:00+02:00"
    if fault := _date(match[1]):
        return fault
    try:
        datetime.time.fromisoformat(match[2])
    except ValueError as error:
        return f"{text} is not a time of the day: {error}", "correct it"
    return None if match[3] else (f"{text} has no time zone", f"add it, such as {text}+02:00")


def _year(text: str) -> Fault | None:
    if re.fullmatch(r"[0-9]{4}", text) and text != "0000":
        return None
    return f"{shown(text)} is not a year", "write four digits, such as 2017"


def _year_month(text: str) -> Fault | None:
    if re.fullmatch(r"[0-9]{4}-(?:0[1-9]|1[0-2])", text) and not text.startswith("0000"):
        return None
    return f"{shown(text)} is not a month of a year", "write it like 2017-05"


CHECKS: dict[str, Callable[[str], Fault | None]] = {
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "dateTime": _date_time,
    "gYear": _year,
    "gYearMonth": _year_month,
    "anyURI": iri_fault,
    "language": language_fault,
}
