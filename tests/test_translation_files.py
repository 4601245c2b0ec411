"""Every term of every addon has its translation, and every translation keeps what the program fills in."""

import re
from pathlib import Path

import polib
import pytest

REPO = Path(__file__).resolve().parents[1]
LANGUAGES = ("ro", "fr", "de", "es")
TEMPLATES = sorted(REPO.glob("*/i18n/*.pot"))
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[sd]|%[sd]")
TAG = re.compile(r"</?(\w+)")

each_file = pytest.mark.parametrize(
    "template, language",
    [(template, language) for template in TEMPLATES for language in LANGUAGES],
    ids=lambda value: getattr(value, "stem", value),
)


def entries(file):
    return [entry for entry in polib.pofile(str(file)) if not entry.obsolete]


def translated(template, language):
    return entries(template.with_name(f"{language}.po"))


def test_every_addon_is_translated():
    assert [template.stem for template in TEMPLATES] == ["adjustment_voucher", "credit_centre", "credit_hold"]


@each_file
def test_each_language_translates_every_term_and_no_other(template, language):
    found = translated(template, language)
    assert {entry.msgid for entry in found} == {entry.msgid for entry in entries(template)}
    assert [entry.msgid for entry in found if not entry.msgstr.strip() or entry.fuzzy] == []


@each_file
@pytest.mark.parametrize("pattern", [PLACEHOLDER, TAG], ids=["placeholders", "markup"])
def test_what_is_filled_in_and_markup_are_kept(template, language, pattern):
    def kept(entry):
        return sorted(pattern.findall(entry.msgstr)) == sorted(pattern.findall(entry.msgid))

    assert [entry.msgid for entry in translated(template, language) if not kept(entry)] == []
