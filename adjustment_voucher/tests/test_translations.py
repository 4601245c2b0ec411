"""The translations load, and the program speaks them."""

from odoo.tests import TransactionCase, tagged

LANGUAGES = {"ro": "ro_RO", "fr": "fr_FR", "de": "de_DE", "es": "es_ES"}


@tagged("post_install", "-at_install")
class TestTranslationsInUse(TransactionCase):
    def test_each_language_loads_and_speaks(self):
        for language, code in LANGUAGES.items():
            with self.subTest(language):
                self.env["res.lang"]._activate_lang(code)
                self.env["ir.module.module"]._load_module_terms(["adjustment_voucher"], [code])
                voucher = self.env["adjustment.voucher"].with_context(lang=code)
                english = "To reverse, choose at least one voucher."
                self.assertNotIn(voucher.env._("To reverse, choose at least one voucher."), (english, ""))
                menu = self.env.ref("adjustment_voucher.menu_adjustment_voucher")
                self.assertNotEqual(menu.with_context(lang=code).name, menu.with_context(lang="en_US").name)
                for view_type in ("form", "list", "search"):
                    voucher.get_view(view_type=view_type)
