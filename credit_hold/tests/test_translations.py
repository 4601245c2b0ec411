"""Every term has its translation, and every translation keeps what the program fills in."""

import re
from pathlib import Path

import polib

from odoo.tests import BaseCase, TransactionCase, tagged

FOLDER = Path(__file__).parents[1] / "i18n"
LANGUAGES = {"ro": "ro_RO", "fr": "fr_FR", "de": "de_DE", "es": "es_ES"}
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[sd]|%[sd]")
TAG = re.compile(r"</?(\w+)")


def translations(name):
    return [entry for entry in polib.pofile(str(FOLDER / name)) if not entry.obsolete]


class TestTranslationFiles(BaseCase):
    def setUp(self):
        super().setUp()
        self.terms = {entry.msgid for entry in translations("credit_hold.pot")}

    def each(self):
        for language in LANGUAGES:
            for entry in translations(f"{language}.po"):
                yield language, entry

    def test_each_language_translates_every_term_and_no_other(self):
        for language in LANGUAGES:
            with self.subTest(language):
                entries = translations(f"{language}.po")
                self.assertEqual({entry.msgid for entry in entries}, self.terms)
                self.assertFalse([entry.msgid for entry in entries if not entry.msgstr.strip() or entry.fuzzy])

    def test_placeholders_are_kept(self):
        for language, entry in self.each():
            with self.subTest(language, term=entry.msgid):
                self.assertEqual(sorted(PLACEHOLDER.findall(entry.msgstr)), sorted(PLACEHOLDER.findall(entry.msgid)))

    def test_markup_is_kept(self):
        for language, entry in self.each():
            with self.subTest(language, term=entry.msgid):
                self.assertEqual(TAG.findall(entry.msgstr), TAG.findall(entry.msgid))


@tagged("post_install", "-at_install")
class TestTranslationsInUse(TransactionCase):
    def test_each_language_loads_and_speaks(self):
        refusal = {
            "ro": "Clientul C-1 este blocat pentru credit.",
            "fr": "Le client C-1 fait l'objet d'un blocage crédit.",
            "de": "Für Kunde C-1 besteht eine Kreditsperre.",
            "es": "El cliente C-1 está retenido por crédito.",
        }
        menu = {
            "ro": "Comenzi blocate",
            "fr": "Commandes bloquées",
            "de": "Gesperrte Aufträge",
            "es": "Pedidos retenidos",
        }
        for language, code in LANGUAGES.items():
            with self.subTest(language):
                self.env["res.lang"]._activate_lang(code)
                self.env["ir.module.module"]._load_module_terms(["credit_hold"], [code])
                partner = self.env["res.partner"].with_context(lang=code)
                self.assertEqual(partner.env._("Customer %s is on credit hold.", "C-1"), refusal[language])
                held = self.env.ref("credit_hold.menu_credit_hold").with_context(lang=code)
                self.assertEqual(held.name, menu[language])
                self.env["sale.order"].with_context(lang=code).get_view(view_type="form")
