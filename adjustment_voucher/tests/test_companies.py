"""Several legal entities in one voucher (A4, A18)."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .companies import APPROVER, CompaniesCase


class EntityCommon(CompaniesCase):
    """Companies with the same customer, F (here), E, W and X, which books in euro; each with its own accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        euro = cls.env.ref("base.EUR")
        cls.data = {"F": cls.company_data} | {name: cls.setup_other_company(name=name) for name in ("E", "W")}
        cls.data["X"] = cls.setup_other_company(name="X", currency_id=euro.id)
        cls.companies = {name: data["company"] for name, data in cls.data.items()}
        cls.due = {}
        for name, data in cls.data.items():
            for kind, setting in (("from", "adjustment_due_from_account_id"), ("to", "adjustment_due_to_account_id")):
                account = (
                    cls.env["account.account"]
                    .with_company(data["company"])
                    .create(
                        {
                            "name": f"Due {kind} companies",
                            "code": f"DUE{kind.upper()}",
                            "account_type": "asset_current" if kind == "from" else "liability_current",
                            "company_ids": [Command.set(data["company"].ids)],
                        }
                    )
                )
                data["company"][setting] = cls.due[name, kind] = account
        everything = cls.env["res.company"].union(*cls.companies.values())
        cls.env.user.company_ids |= everything
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": everything.ids})
        cls.users = {
            "all": cls._user("av-group", APPROVER, everything),
            "F": cls._user("av-only-f", APPROVER, cls.companies["F"]),
        }

    def _open(self, name, amount, currency=None, value=None, day="2024-01-31"):
        data = self.data[name]
        currency = currency or data["company"].currency_id
        common = {"currency_id": currency.id, "partner_id": self.customer.id}
        value = amount if value is None else value
        move = self.env["account.move"].with_company(data["company"]).create(
            {
                "date": day,
                "journal_id": data["default_journal_misc"].id,
                "line_ids": [
                    Command.create({**common, "account_id": data["default_account_receivable"].id,
                                    "amount_currency": amount, "balance": value, "date_maturity": day}),
                    Command.create({**common, "account_id": data["default_account_revenue"].id,
                                    "amount_currency": -amount, "balance": -value}),
                ],
            }
        )  # fmt: skip
        move.action_post()
        return move.line_ids[0]

    def _head(self, name, lines, **vals):
        return self._as("all", self._voucher(lines, company_id=self.companies[name].id, **vals))

    def _link(self, head, name):
        head.link_company_id = self.companies[name]
        head.action_link_company()
        return head.linked_voucher_ids.filtered(lambda one: one.company_id == self.companies[name])

    def _booked(self, voucher):
        """{(account, partner): balance} of the entry, with names short enough to read."""
        names = {self.due[key].id: f"due {key[1]}" for key in self.due}
        names |= {data["default_account_receivable"].id: "receivable" for data in self.data.values()}
        partners = {company.partner_id: name for name, company in self.companies.items()} | {self.customer: ""}
        return {
            f"{names.get(leg.account_id.id, leg.account_id.name)} {partners[leg.partner_id]}".strip(): leg.balance
            for leg in voucher.move_id.line_ids
        }


@tagged("post_install", "-at_install")
class TestLegalEntities(EntityCommon):
    def _items(self):
        return self._open("F", -75), self._open("E", -25), self._open("W", 100)

    def test_A18_payment_primary(self):
        receipt, note, invoice = self._items()
        image = self._image(receipt | note | invoice)
        head = self._head("F", [(receipt, 75)])
        other, third = self._link(head, "W"), self._link(head, "E")
        self.assertEqual(self._line(other, invoice).amount, 75, "as far as the receipt reaches")
        self._line(other, invoice).amount = 100
        self.assertEqual((head.difference, other.difference, third.difference), (-25, -25, -25))
        with self.assertRaisesRegex(UserError, "make both sides equal: credits apply .*75.00, debits take .*100.00"):
            head.action_authorize()
        self.assertEqual(set((head | other | third).mapped("state")), {"draft"})
        self._line(third, note).amount = 25
        head.action_authorize()
        self.assertEqual(set((head | other | third).mapped("state")), {"authorized"})
        self.assertEqual(self._booked(head), {"receivable": 75, "due from E": 25, "due to W": -100})
        self.assertEqual(self._booked(third), {"receivable": 25, "due to F": -25})
        self.assertEqual(self._booked(other), {"due from F": 100, "receivable": -100})
        self.assertTrue(all((receipt | note | invoice).mapped("reconciled")))
        other.action_reverse(None, "one of them is enough")
        self.assertEqual(set((head | other | third).mapped("state")), {"reversed"})
        self.assertEqual(self._image(receipt | note | invoice), image)

    def test_A18_not_primary(self):
        receipt, note, invoice = self._items()
        head = self._head("W", [(invoice, 100)])
        for name, item in (("F", receipt), ("E", note)):
            self.assertEqual(self._line(self._link(head, name), item).amount, abs(item.balance))
        head.action_authorize()
        booked = {voucher.company_id: self._booked(voucher) for voucher in head | head.linked_voucher_ids}
        self.assertEqual(booked[self.companies["F"]], {"receivable": 75, "due to W": -75})
        self.assertEqual(booked[self.companies["E"]], {"receivable": 25, "due to W": -25})
        self.assertEqual(booked[self.companies["W"]], {"receivable": -100, "due from F": 75, "due from E": 25})

    def test_A4_gain_in_the_paying_company(self):
        """What crosses is the invoice's 723.72, so 736.62 less 12.90: the company of the receipt has the gain."""
        eur = self._currency("EUR", _2024_01_01=1 / 1.2062)
        self.env["res.currency.rate"].create(
            {"currency_id": eur.id, "company_id": self.companies["W"].id, "name": "2024-01-01", "rate": 1 / 1.2062}
        )
        receipt, invoice = self._open("F", -600, eur, -736.62), self._open("W", 600, eur, 723.72)
        head = self._head("F", [(receipt, 600)], currency_id=eur.id)
        other = self._link(head, "W")
        head.action_authorize()
        self.assertEqual(self._booked(other), {"receivable": -723.72, "due from F": 723.72})
        self.assertEqual(self._booked(head) | {self.gain.name: -12.9},
                         {"receivable": 736.62, "due to W": -723.72, self.gain.name: -12.9})  # fmt: skip
        self.assertEqual((head.exchange_amount, other.exchange_amount), (12.9, 0))
        self.assertTrue(receipt.reconciled and invoice.reconciled)

    def test_A18_all_or_none(self):
        """What stands against one stands against all; repeating is safe."""
        receipt, _note, invoice = self._items()
        head = self._head("F", [(receipt, 75)])
        other = self._link(head, "W")
        self.companies["W"].fiscalyear_lock_date = "2024-06-30"
        with self.assertRaises(UserError), self.cr.savepoint():
            head.action_authorize()
        self.assertEqual((receipt.reconciled, head.state, head.move_id.id), (False, "draft", False))
        self.companies["W"].fiscalyear_lock_date = False
        other.action_authorize()
        entries = (head | other).move_id
        self.assertEqual((len(entries), head.state), (2, "authorized"))
        (head | other).action_authorize()
        self.assertEqual((head | other).move_id, entries)

    def test_A18_user_of_one_company_is_told(self):
        receipt, _note, _invoice = self._items()
        head = self._head("F", [(receipt, 75)])
        self._link(head, "W")
        mine = self._as("F", head)
        self.env.flush_all()
        self.env.invalidate_all()
        for step, args in (("action_authorize", ()), ("action_return", ("why",)), ("unlink", ()),
                           ("write", ({"date": "2024-04-01"},))):  # fmt: skip
            with self.assertRaisesRegex(AccessError, "^To .* ask a colleague who works for W too"), self.cr.savepoint():
                getattr(mine, step)(*args)
        Form(mine)
        head.action_authorize()
        self.env.invalidate_all()
        with self.assertRaisesRegex(AccessError, "^To reverse .* ask a colleague who works for W too"):
            mine.action_reverse(None, "not mine alone")
        self.env.invalidate_all()
        self.assertFalse(mine.linked_voucher_ids)

    def test_A18_linking_is_refused_with_a_reason(self):
        receipt, _note, _invoice = self._items()
        head = self._head("F", [(receipt, 75)])
        with self.assertRaisesRegex(UserError, "choose the company first"):
            head.action_link_company()
        self._link(head, "W")
        with self.assertRaisesRegex(UserError, "takes part already"):
            self._link(head, "W")
        self.companies["F"].adjustment_due_to_account_id = False
        with self.assertRaisesRegex(UserError, "set «Due to Other Companies» of "):
            head.action_authorize()
        with self.assertRaises(AccessError):
            head.linked_voucher_ids.write({"parent_id": False})
        with self.assertRaises(AccessError):
            head.linked_line_ids.write({"head_id": False})

    def test_A18_on_one_screen(self):
        """From the paying company's form: choose the company, tick its items, see the difference go, authorize."""
        receipt, _note, invoice = self._items()
        self._open("W", 40, day="2024-02-01")
        self.users["all"].group_ids |= self.env.ref("base.group_multi_company")
        head = self._head("F", [(receipt, 75)])
        with Form(head) as form:
            form.link_company_id = self.companies["W"]
        head.action_link_company()
        self.assertFalse(head.link_company_id)
        self.assertEqual(head.linked_line_ids.mapped("amount"), [75, 0])
        with Form(head) as form:
            with form.linked_line_ids.edit(0) as line:
                line.amount = 60
            self.assertEqual(form.difference, 15)
            with form.linked_line_ids.edit(1) as line:
                line.amount = 15
            self.assertEqual(form.difference, 0)
            self.assertIn("due", [leg["kind"] for leg in form.preview["legs"]])
        head.action_authorize()
        self.assertEqual((invoice.amount_residual, head.linked_voucher_ids.total_debit), (40, 75))

    def test_A18_agreed_currency_must_be_known_to_both(self):
        cad = self._currency("CAD", _2024_01_01=1.5)
        receipt = self._open("F", -100, cad, -66.67)
        head = self._head("F", [(receipt, 100)], currency_id=cad.id)
        with self.assertRaisesRegex(UserError, "agree on a currency that both companies keep rates of"):
            self._link(head, "W")

    def test_A18_companies_of_two_currencies_agree_on_one(self):
        """F keeps its books in dollars, X in euro; the due is agreed in euro. X has no exchange difference."""
        eur = self._currency("EUR", _2024_01_01=1 / 1.2, _2024_03_01=1 / 1.25)
        receipt, invoice = self._open("F", -100, eur, -120), self._open("X", 100)
        image = self._image(receipt | invoice)
        head = self._head("F", [(receipt, 100)], currency_id=eur.id)
        other = self._link(head, "X")
        head.action_authorize()
        self.assertEqual(self._booked(other), {"receivable": -100, "due from F": 100})
        self.assertEqual(self._booked(head), {"receivable": 120, "due to X": -125, self.loss.name: 5})
        dues = (head | other).move_id.line_ids.filtered(lambda leg: leg.adjustment_leg == "due")
        self.assertEqual((set(dues.mapped("amount_currency")), dues.currency_id), ({-100, 100}, eur))
        head.action_reverse(None, "back")
        self.assertEqual(self._image(receipt | invoice), image)

    def test_A18_discount_is_the_invoicing_companys(self):
        receipt, _note, invoice = self._items()
        head = self._head("F", [(receipt, 75)])
        other = self._link(head, "W")
        self.companies["W"].account_journal_early_pay_discount_loss_account_id = self.data["W"][
            "default_account_expense"
        ]
        self._line(other, invoice).write({"amount": 77, "discount_amount": 2})
        self.assertEqual(head.difference, 0)
        head.action_authorize()
        expense = self.data["W"]["default_account_expense"].name
        self.assertEqual(self._booked(other), {"receivable": -77, "due from F": 75, f"{expense}": 2})
        self.assertRecordValues(
            other.allocation_ids,
            [
                {
                    "debit_move_line_id": invoice.id,
                    "credit_move_line_id": False,
                    "debit_amount": 75,
                    "discount_amount": 2,
                }
            ],
        )
        self.assertRecordValues(
            head.allocation_ids, [{"credit_move_line_id": receipt.id, "debit_move_line_id": False, "credit_amount": 75}]
        )

    def test_A18_not_reversed_once_the_due_is_settled(self):
        receipt, _note, _invoice = self._items()
        self.due["F", "to"].reconcile = True
        head = self._head("F", [(receipt, 75)])
        self._link(head, "W")
        head.action_authorize()
        leg = head.move_id.line_ids.filtered(lambda one: one.adjustment_leg == "due")
        paid = self._item(75, account=self.due["F", "to"], partner=leg.partner_id)
        (leg | paid).reconcile()
        sentence = f"^To reverse {head.name}, take back {paid.move_id.name} first"
        with self.assertRaisesRegex(UserError, sentence), self.cr.savepoint():
            head.action_reverse(None, "too late")
        self.assertEqual((head.state, head.linked_voucher_ids.state), ("authorized", "authorized"))

    def test_A18_draft_goes_with_its_links(self):
        receipt, _note, invoice = self._items()
        head = self._head("F", [(receipt, 75)])
        other = self._link(head, "W")
        head.date = "2024-04-30"
        self.assertEqual(str(other.date), "2024-04-30")
        head.unlink()
        self.assertFalse(other.exists())
