"""Who may import remittances, and companies apart (A1-A3, M1-M3, VC14, VC17 for S4.8)."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import get_public_method
from odoo.tests import HttpCase, tagged

from .remittance import RemittanceCase
from .test_access import AccessCase


@tagged("post_install", "-at_install")
class TestRemittanceAccess(AccessCase, RemittanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice, cls.receipt = cls._invoice(100), cls._receipt(100)
        cls.rows = [f"{cls.receipt.name};{cls.invoice.name};100;"]

    def test_who_may_import(self):
        def work(user):
            remittance = self._remittance(self.rows, user=user)
            remittance.action_check()
            remittance.action_import()
            self.assertTrue(remittance.voucher_ids)
            self.assertEqual(remittance.user_id, user)

        self._matrix(work, "ar appr mgr acc")

    def test_who_may_read(self):
        remittance = self._checked(self.rows)

        def read(user):
            self._as(user, remittance).read()
            self._as(user, remittance.line_ids).read()
            self._as(user, remittance.column_ids).read()

        self._matrix(read, "ar appr mgr acc aud")

    def test_steps_set_what_steps_set(self):
        """No path writes a state, a verdict or what came of a row: not create, write, import, nor a default."""
        remittance = self._as(self.billing, self._checked(self.rows))
        line = remittance.line_ids
        for values in ({"state": "imported"}, {"name": "X"}, {"checksum": "x"}, {"voucher_ids": [Command.clear()]}):
            with self.assertRefused("use the buttons"):
                remittance.write(values)
            with self.assertRefused("use the buttons"):
                remittance.create({"company_id": self.company.id, **values})
        for values in ({"status": "imported"}, {"code": "matched"}, {"paid": 5}, {"voucher_id": 1}, {"number": 1}):
            with self.assertRefused("use the buttons"):
                line.write(values)
        with self.assertRefused():
            line.create({"remittance_id": remittance.id})
        with self.assertRefused():
            line.unlink()
        made = remittance.with_context(default_state="imported").create({"company_id": self.company.id})
        self.assertEqual(made.state, "draft")
        for name in ("_judge_rows", "_work_off", "_import_batch", "_make_vouchers", "_get_problems_csv"):
            with self.assertRaises(AccessError):
                get_public_method(remittance, name)

    def test_bad_values_by_remote_call(self):
        remittance = self._as(self.billing, self._checked(self.rows))
        line = remittance.line_ids
        for values in (
            {"amount": float("nan")}, {"amount": -1}, {"amount": "x"}, {"deduction": 1e300}, {"receipt_amount": True},
            {"debit_move_id": "1 OR 1=1"}, {"debit_move_id": 2**40}, {"credit_move_id": -4}, {"payer_id": [1]},
        ):  # fmt: skip
            with self.assertRefused(f"{'To'}", (UserError, ValidationError, AccessError)):
                line.write(values)
        for values in ({"file": "not base64 é"}, {"sheet": "x" * 3000}, {"single_receipt": ["a"]}, {"file_name": "\0"}):
            with self.assertRefused("To"):
                remittance.action_draft()
                remittance.write(values)

    def test_order_of_steps(self):
        remittance = self._as(self.billing, self._remittance(self.rows))
        with self.assertRefused("in state"):
            remittance.action_import()
        remittance.action_check()
        with self.assertRefused("back to draft"):
            remittance.decimal = "comma"
        with self.assertRefused("back to draft"):
            remittance.column_ids[0].role = False
        remittance.action_import()
        for step in ("action_check", "action_draft", "action_cancel"):
            with self.assertRefused("in state"):
                getattr(remittance, step)()
        with self.assertRefused("correct its rows"):
            remittance.action_import()
        with self.assertRefused("not imported yet"):
            remittance.line_ids.amount = 5
        with self.assertRefused("keep it"):
            remittance.unlink()
        self.assertEqual(len(remittance.voucher_ids), 1)

    def test_companies_apart(self):
        """A number of another company is said to be there for who works in both, and is not found for who does not."""
        other = self.setup_other_company(name="Other")["company"]
        stranger = self._user("remit_other", "account.group_account_invoice", other)
        remittance = self._remittance(self.rows)
        with self.assertRaises(AccessError):
            self._as(stranger, remittance).action_check()
        self.assertFalse(self._as(stranger, self.env["adjustment.remittance"]).search([]))
        for user, code in ((stranger, "receipt_missing"), (self._both(other), "receipt_company")):
            foreign = self.env["adjustment.remittance"].with_user(user).with_context(allowed_company_ids=other.ids)
            foreign = foreign.create(
                {"company_id": other.id, "file": self._file("\n".join(["Receipt;Invoice;Amount", self.rows[0]]))}
            )
            foreign.action_check()
            self.assertEqual(foreign.line_ids.code, code)
            with self.assertRaises(UserError):
                foreign.line_ids.write({"credit_move_id": self.receipt.move_id.id})
        remittance.action_check()
        with self.assertRaises(UserError):
            theirs = self.env["account.move"].search([("company_id", "=", other.id)], limit=1)
            remittance.line_ids.debit_move_id = theirs or self.env["account.move"].create(
                {"move_type": "entry", "company_id": other.id}
            )

    def _both(self, other):
        user = self._user("remit_both", "account.group_account_invoice")
        user.company_ids |= other
        return user


@tagged("post_install", "-at_install")
class TestRemittanceDownload(RemittanceCase, HttpCase):
    def test_download_needs_the_right_to_export(self):
        """OWASP ASVS 1.2.10, A1: rows leave only with the right to export, and only to who may read them."""
        remittance = self._checked(["=1+1;INV/NO;10;"])
        for login, groups, status in (
            ("remit_clerk", "account.group_account_invoice,base.group_allow_export", 200),
            ("remit_noexport", "account.group_account_invoice", 403),
            ("remit_plain", "base.group_user,base.group_allow_export", 403),
        ):
            with self.subTest(login=login):
                user = self._user(login, groups)
                if status == 403:
                    user.group_ids -= (
                        self.env.ref("base.group_allow_export")
                        if login == "remit_noexport"
                        else user.group_ids.browse()
                    )
                self.authenticate(login, login)
                for kind in ("csv", "xlsx"):
                    answer = self.url_open(f"/adjustment_voucher/remittance/{remittance.id}/{kind}")
                    self.assertEqual(answer.status_code, status)
                    if kind == "csv" and status == 200:
                        self.assertIn("'=1+1", answer.text)
        self.assertEqual(self.url_open("/adjustment_voucher/remittance/99999999/csv").status_code, 404)
        self.authenticate(None, None)
        answer = self.url_open(f"/adjustment_voucher/remittance/{remittance.id}/csv", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)


@tagged("post_install", "-at_install")
class TestRemittanceTour(RemittanceCase, HttpCase):
    def test_S4_8_check_correct_import(self):
        clerk = self._user("remit_tour", "account.group_account_invoice")
        first, second, receipt = self._invoice(60), self._invoice(40, ref="PO 7"), self._receipt(60)
        other = self._receipt(40)
        remittance = self._remittance([f"{receipt.name};{first.name};60;", f"{other.name};INV/NO/1;40;"], user=clerk)
        self.start_tour(f"/odoo/remittances/{remittance.id}", "adjustment_remittance", login="remit_tour")
        self.assertEqual((remittance.state, remittance.voucher_ids.create_uid), ("imported", clerk))
        self.assertEqual(set(remittance.line_ids.debit_move_id), {*first, *second})
