"""The translations load, and the program speaks them."""

from odoo.tests import TransactionCase, tagged

LANGUAGES = {"ro": "ro_RO", "fr": "fr_FR", "de": "de_DE", "es": "es_ES"}


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
