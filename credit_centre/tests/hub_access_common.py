"""What the proofs of access share: one user of every role, what of the hub a remote caller reaches, and one record each."""

from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import UserError

from .common import CreditCentreCommon

ROLES = {
    "sales": "base.group_user,sales_team.group_sale_salesman",
    "portal": "base.group_portal",
    "plain": "base.group_user",
    "viewer": "base.group_user,credit_hold.group_credit_viewer",
    "ctrl": "base.group_user,credit_hold.group_credit_controller",
    "cmgr": "base.group_user,credit_hold.group_credit_manager",
    "billing": "base.group_user,account.group_account_invoice",
    "auditor": "base.group_user,account.group_account_readonly",
    "system": "base.group_system",
}
MODES = {"r": "read", "w": "write", "c": "create", "d": "unlink"}


class HubAccessCase(CreditCentreCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = {role: cls._user(f"proof_{role}", groups) for role, groups in ROLES.items()}

    @classmethod
    def _as(cls, user, records):
        """The records as a call of this user finds them: in the user's companies, with nothing read before."""
        cls.env.flush_all()
        cls.env.invalidate_all()
        return records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    @classmethod
    def _set_up_records(cls):
        """One record of each kind, most with the figure 777 in it."""
        cls.customer.user_id = cls.roles["cmgr"]
        cls.invoice = cls._invoice(777, "2025-01-10")
        cls.receipt = cls._receipt(77, "2025-02-10")
        cls.account = cls.env["credit.account"]._for_partners(cls.customer, cls.company)
        cls.account.sudo().action_refresh()
        cls.product = cls.env["product.product"].create({"name": "Proof", "type": "service", "list_price": 777})
        cls.order = cls._order()
        cls.agreement = cls._agreement(cls.company, cls.customer)
        cls.promise = cls.env["credit.promise"].create(
            {"account_id": cls.account.id, "amount": 777, "date": "2099-01-01"}
        )
        cls.reminder = cls.env(su=True)["credit.reminder"].create(
            {"company_id": cls.company.id, "account_id": cls.account.id, "partner_id": cls.customer.id, "amount": 777,
             "level_id": cls.env.ref("credit_centre.level_first").id, "date": "2025-06-30",
             "line_ids": [Command.create({"company_id": cls.company.id, "move_line_id": cls._receivable(cls.invoice).id,
                "move_id": cls.invoice.id, "currency_id": cls.company.currency_id.id, "date_maturity": "2025-01-10"})]}
        )  # fmt: skip
        cls.env.flush_all()

    @classmethod
    def _order(cls, **vals):
        order = cls.env(su=True)["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "user_id": cls.roles["cmgr"].id,
                "order_line": [Command.create({"product_id": cls.product.id, "price_unit": 777})],
                **vals,
            }
        )
        order.action_confirm()
        return order

    @classmethod
    def _agreement(cls, company, partner):
        return cls.env(su=True)["credit.agreement"].create(
            {"name": "Proof", "partner_id": partner.id, "company_id": company.id, "date_start": "2025-01-01",
             "line_ids": [Command.create({"scope": "all", "kind": "discount", "discount": 7})]}
        )  # fmt: skip

    def _hub_models(self):
        """Names of the models that this addon brings, whoever wrote them."""
        data = self.env["ir.model.data"].search([("module", "=", "credit_centre"), ("model", "=", "ir.model")])
        names = self.env["ir.model"].browse(data.mapped("res_id")).mapped("model")
        return sorted(name for name in names if self.env[name]._original_module == "credit_centre")

    def _rights(self, model):
        """The rights of every role that has any: {"viewer": "r", "cmgr": "rwc"}."""
        found = {}
        for role, user in self.roles.items():
            records = self.env[model].with_user(user)
            rights = "".join(letter for letter, mode in MODES.items() if records.has_access(mode))
            if rights:
                found[role] = rights
        return found

    @contextmanager
    def _refused(self, kind=UserError):
        """One clear sentence; what was begun is undone, as Odoo undoes the call."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
            self.env.flush_all()
        except kind as refusal:
            self.assertTrue(str(refusal).strip())
        else:
            self.fail("This was not refused.")
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
