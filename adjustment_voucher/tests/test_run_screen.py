"""The screens of a run: what it shows of itself, the spreadsheet, the small windows (S4.8, S4.24)."""

import io
import zipfile

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from ..models.xlsx import workbook
from ..remittance_read import safe
from .common import VoucherCommon

FORMULA = '=HYPERLINK("http://example.com","Click")'


class RunCommon(VoucherCommon):
    """Three customers with receipts: one that pays an invoice, one with nothing to pay, one that pays in another
    currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("run_clerk", "account.group_account_invoice")
        cls.approver = cls._user("run_approver", "adjustment_voucher.group_adjustment_approver")
        cls.reader = cls._user("run_reader", "account.group_account_readonly")

    @classmethod
    def _partner(cls, name, **vals):
        return cls.env["res.partner"].create({"name": name, "is_company": True, **vals})

    @classmethod
    def _run(cls, user=None, **vals):
        runs = cls.env["adjustment.run"].with_user(user or cls.clerk)
        return runs.create({"date": "2024-03-31", "company_ids": [Command.set(cls.company.ids)], **vals})


@tagged("post_install", "-at_install")
class TestXlsx(VoucherCommon):
    def _cells(self, content, sheet=1):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            tree = etree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
        space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
        self.assertFalse(tree.xpath("//x:f", namespaces=space), "no cell holds a formula")
        return ["".join(cell.itertext()) for cell in tree.xpath("//x:c", namespaces=space)]

    def test_formulas_in_names_are_texts(self):
        content = workbook([("Sheet", ["Name"], [[FORMULA], ["+1"], ["plain"], ["\0=1"]])])
        self.assertEqual(self._cells(content), ["Name", f"'{FORMULA}", "'+1", "plain", "'=1"])
        self.assertEqual(safe("@x"), "'@x")

    def test_amounts_are_numbers_and_many_rows_are_whole(self):
        rows = ([number, (1.5, 2)] for number in range(1200))
        cells = self._cells(workbook([("Sheet", ["Number", "Amount"], rows)]))
        self.assertEqual(len(cells), 2402)
        self.assertEqual(cells[-2:], ["1199", "1.5"])


@tagged("post_install", "-at_install")
class TestRunScreen(RunCommon):
    """A run of three customers: two pay (60 on 100, 70 on 70), the third owes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second, cls.third = cls._partner("Second Customer"), cls._partner(FORMULA)
        cls._invoice(100, "2024-01-10")
        cls._receipt(60, "2024-02-01")
        cls._invoice(70, "2024-01-11", partner=cls.second)
        cls._receipt(70, "2024-02-02", partner=cls.second)
        cls._receipt(50, "2024-02-03", partner=cls.third)
        cls.batch = cls._run()
        cls.batch.action_propose()

    def _slice(self, partner):
        return self.batch.customer_ids.filtered(lambda one: one.partner_id == partner)

    def _table(self, key):
        [table] = [table for table in self.batch.summary["tables"] if table["key"] == key]
        return {row["key"]: row for row in table["rows"]}

    def _figures(self):
        [total] = self.batch.summary["totals"]
        return {figure["key"]: figure["text"] for figure in total["figures"]}

    def test_S4_8_the_summary_says_what_would_be_applied_and_left(self):
        figures = self._figures()
        self.assertEqual((figures["customers"], figures["credits"]), ("3", "3"))
        self.assertIn("130.00", figures["applied"])
        self.assertIn("50.00", figures["left"])
        states = self._table("states")
        self.assertEqual(set(states), {"proposed", "nothing"})
        self.assertEqual(states["proposed"]["cells"][0], ["2"])
        self.assertIn("130.00", states["proposed"]["cells"][1][0])
        self.assertEqual(list(self._table("credits_left")), ["no_debit"])
        methods = self._table("methods")
        self.assertIn("70.00", methods["exact"]["cells"][0][0])
        self.assertIn("60.00", methods["fifo"]["cells"][0][0])

    def test_each_row_opens_what_it_counts(self):
        counted = {"states": ("proposed", 2), "methods": ("exact", 1), "credits_left": ("no_debit", 1)}
        for key, (row, count) in counted.items():
            row = self._table(key)[row]
            action = getattr(self.batch, row["method"])(**row["arguments"])
            self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), count, key)
        self.assertEqual(self.env["adjustment.voucher"].search_count(self.batch.action_view_vouchers()["domain"]), 2)

    def test_who_has_chosen_one_of_its_companies_is_led_to_the_other(self):
        """S4.8: a run of two companies is shown to whoever works in both; with one chosen, the other is suggested."""
        other = self.env["res.company"].create({"name": "Other"})
        self.clerk.company_ids += other
        run = self._run(company_ids=[Command.set((self.company | other).ids)])
        seen = run.with_user(self.clerk).with_context(allowed_company_ids=self.company.ids)
        run.env.invalidate_all()
        with self.assertRaises(AccessError) as refusal:
            seen.read(["date"])
        self.assertEqual(refusal.exception.context["suggested_company"]["id"], other.id)

    def test_the_spreadsheet_adds_up_by_currency(self):
        """S4.8: below the rows by state there is one total for each currency."""
        self.clerk.group_ids += self.env.ref("base.group_allow_export")
        headers, rows = self.batch._get_summary_sheet()
        totals = dict(zip(headers, rows[-1], strict=True))
        self.assertEqual((totals["State"], totals["Customers"], totals["Credits"]), ("Total", 3, 3))
        self.assertEqual((totals["Applied"], totals["Left"]), ((130, 2), (50, 2)))

    def test_every_reason_of_the_rules_has_a_label(self):
        message = self.env["adjustment.message"]
        for code, label in self.batch._get_reason_labels().items():
            self.assertTrue(label)
            self.assertTrue(message.left_over(code), code)

    def test_the_summary_costs_the_same_for_many_customers(self):
        self.assertTrue(self.batch._get_summary())
        with self.assertQueryCount(2):
            self.batch._get_summary()
        for number in range(27):
            partner = self._partner(f"Customer {number}")
            self._invoice(10, "2024-01-10", partner=partner)
            self._receipt(10, "2024-02-01", partner=partner)
        run = self._run()
        run.action_propose()
        self.env.flush_all()
        with self.assertQueryCount(2):
            self.assertTrue(run._get_summary())

    # ------------------------------------------------------------------ templates

    def test_the_choices_of_a_run_become_a_template_and_the_other_way_round(self):
        methods = [Command.clear(), Command.create({"method": "lifo", "sequence": 1})]
        vals = {"partner_ids": [Command.set(self.second.ids)], "method_ids": methods, "use_discount": False}
        action = self._run(**vals).action_save_template()
        template = self.env["adjustment.run.template"].browse(action["res_id"])
        self.assertEqual(
            (template.partner_ids, template.use_discount, template.user_id), (self.second, False, self.clerk)
        )
        form = Form(self.env["adjustment.run"].with_user(self.clerk))
        form.template_id = template
        run = form.save()
        self.assertEqual((run.partner_ids, run.use_discount), (self.second, False))
        self.assertEqual(run.method_ids.mapped("method"), ["lifo"])

    # ------------------------------------------------------------------ excluding

    def _exclude(self, records, reason, user=None, **vals):
        action = records.with_user(user or self.clerk).action_open_exclude()
        wizards = self.env[action["res_model"]].with_user(user or self.clerk).with_context(**action["context"])
        return wizards.create({"reason": reason, **vals})

    def test_S4_8_customers_are_excluded_with_a_reason_until_somebody_lifts_it(self):
        wizard = self._exclude(self._slice(self.second), "In dispute", until="2099-12-31")
        self.assertEqual((wizard.count, wizard.draft_count), (1, 1))
        wizard.action_exclude()
        self.assertEqual((self._slice(self.second).state, self._slice(self.second).reason), ("excluded", "In dispute"))
        self.assertIn("60.00", self._figures()["applied"])
        exclusion = self.env["adjustment.exclusion"].search([("partner_id", "=", self.second.id)])
        self.assertEqual((exclusion.reason, exclusion.user_id, str(exclusion.until)),
                         ("In dispute", self.clerk, "2099-12-31"))  # fmt: skip
        again = self._run()
        again.action_propose()
        self.assertEqual(again.customer_ids.filtered(lambda one: one.partner_id == self.second).state, "excluded")
        exclusion.with_user(self.clerk).action_lift()
        self._slice(self.second).with_user(self.clerk).action_include()
        self.assertEqual(self._slice(self.second).state, "proposed")

    def test_items_are_excluded_from_the_list_of_what_was_left(self):
        item = self.batch.item_ids.filtered(lambda one: one.slice_id.partner_id == self.third)
        self._exclude(item, "Paid for somebody else").action_exclude()
        kept = self.env["adjustment.exclusion"].search([("move_line_id", "!=", False)])
        self.assertEqual(kept.reason, "Paid for somebody else")

    def test_whoever_reads_only_can_not_exclude(self):
        with self.assertRaises(AccessError):
            self._exclude(self._slice(self.second), "No", self.reader).action_exclude()

    # ------------------------------------------------------------------ reversing

    def test_S4_24_the_window_says_what_a_reversal_takes_back(self):
        self.batch.action_authorize()
        action = self.batch.with_user(self.approver).action_open_reverse()
        wizards = self.env[action["res_model"]].with_user(self.approver).with_context(**action["context"])
        wizard = wizards.create({"reason": "Wrong file"})
        self.assertEqual((wizard.customer_count, wizard.voucher_count, wizard.entry_count), (2, 2, 0))
        self.assertIn("130.00", wizard.open_again)
        self.assertEqual(wizard.date, self.batch.date)
        wizard.action_reverse()
        self.assertEqual((self.batch.state, self.batch.reversal_reason), ("reversed", "Wrong file"))
        self.assertEqual(set(self.batch.voucher_ids.mapped("state")), {"reversed"})

    def test_the_window_proposes_the_first_open_day(self):
        self.batch.action_authorize()
        self.company.fiscalyear_lock_date = "2024-04-30"
        wizard = self.env["adjustment.run.reverse"].create({"run_id": self.batch.id, "reason": "Wrong file"})
        self.assertEqual(str(wizard.date), "2024-05-01")

    # ------------------------------------------------------------------ the spreadsheet

    def test_the_spreadsheet_holds_every_customer_and_item(self):
        sheets = self.batch.with_user(self.approver)
        self.approver.group_ids += self.env.ref("base.group_allow_export")
        (_summary, _heads, states), (_title, heads, customers), (_left, item_heads, items) = sheets._get_sheets()
        self.assertEqual(len(states), 3)  # two states, one total
        rows = {row[0]: row for row in customers}
        self.assertEqual(set(rows), {"Customer", "Second Customer", FORMULA})
        self.assertEqual(rows["Second Customer"][heads.index("Applied")], (70, 2))
        lefts = {(row[item_heads.index("Side")], row[item_heads.index("Left")]) for row in items}
        self.assertEqual(lefts, {("Credit", (50, 2)), ("Debit", (40, 2))})

    def test_only_who_may_export_downloads(self):
        self.clerk.group_ids -= self.env.ref("base.group_allow_export")
        with self.assertRaisesRegex(AccessError, "To take the run away as a spreadsheet"):
            self.batch.with_user(self.clerk).action_download()


@tagged("post_install", "-at_install")
class TestRunDownload(RunCommon, HttpCase):
    def _get(self, login, run_id):
        self.authenticate(login, login)
        return self.url_open(f"/adjustment_voucher/run/{run_id}.xlsx")

    def test_rights_and_companies_hold_for_the_download(self):
        self._receipt(50, "2024-02-03")
        self._invoice(50, "2024-01-03")
        run = self._run()
        run.action_propose()
        self.clerk.group_ids += self.env.ref("base.group_allow_export")
        self.reader.group_ids -= self.env.ref("base.group_allow_export")
        nobody = self._user("run_nobody", "base.group_user,base.group_allow_export")
        answer = self._get("run_clerk", run.id)
        self.assertEqual((answer.status_code, answer.content[:2]), (200, b"PK"))
        self.assertIn("RUN-2024", answer.headers["Content-Disposition"])
        for login, number, code in (
            ("run_reader", run.id, 403),
            (nobody.login, run.id, 403),
            ("run_clerk", 99999999, 404),
        ):
            with self.subTest(login=login, number=number):
                self.assertEqual(self._get(login, number).status_code, code)
        stranger = self._user("run_stranger", "account.group_account_invoice,base.group_allow_export")
        other = self.env["res.company"].create({"name": "Other"})
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertEqual(self._get("run_stranger", run.id).status_code, 403)
