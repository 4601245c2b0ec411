"""Who may do what in the whole hub: rights of every model, figures by every route, every public method (A1 to A5)."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.adjustment_voucher.tests.proof import public_methods

from .hub_access_common import HubAccessCase

READERS = dict.fromkeys(("viewer", "ctrl", "cmgr", "billing", "auditor"), "r")
COLLECTORS = dict.fromkeys(("ctrl", "cmgr", "billing"), "rwcd")
BILLING = {"billing": "rwcd"}
MAKERS = dict.fromkeys(READERS, "rwcd")
# The reviewed rights: role -> read, write, create, delete. Who is not named has none: portal, plain users, the
# administrator of the settings.
RIGHTS = {
    "credit.agreement": {"sales": "r", **READERS, "cmgr": "rwcd"},
    "credit.agreement.cancel": {"cmgr": "rwcd"},
    "credit.agreement.line": {"sales": "r", **READERS, "cmgr": "rwcd"},
    "credit.application": READERS,
    "credit.apply": BILLING,
    "credit.apply.line": BILLING,
    "credit.contact.log": COLLECTORS,
    "credit.difference": READERS,
    "credit.dispute": COLLECTORS,
    "credit.ledger.export": MAKERS,
    "credit.ledger.line": READERS,
    "credit.mark.paid": BILLING,
    "credit.movement": {},
    "credit.no.reminders": COLLECTORS,
    "credit.open.item": READERS,
    "credit.promise": {**READERS, "ctrl": "rwc", "cmgr": "rwc", "billing": "rwc"},
    "credit.refund": BILLING,
    "credit.refund.line": BILLING,
    "credit.reminder": READERS,
    "credit.reminder.level": {**READERS, "cmgr": "rwcd"},
    "credit.reminder.line": READERS,
    "credit.reminder.propose": COLLECTORS,
    "credit.reminder.send": COLLECTORS,
    "credit.reminder.skip": COLLECTORS,
    "credit.statement": MAKERS,
    "credit.statement.line": MAKERS,
    "customer.credit": READERS,
    "order.to.cash": {"sales": "r", **READERS},
    "order.to.cash.invoicing": {"sales": "rwcd", "billing": "rwcd"},
    "order.to.cash.kept": {},
    "order.to.cash.mark": {},
    "sale.order.change": {"sales": "r", **READERS},
}
# The reviewed methods that a remote caller reaches.
REVIEWED = {
    "account.move": "action_apply_deposits action_credit_ask_dispute action_credit_dispute"
    " action_credit_settle_dispute action_mark_paid action_otc_send action_view_applied_credits"
    " action_view_credit_agreement action_view_credit_uses",
    "credit.account": "action_credit_statement action_export_ledger action_log_contact action_new_promise"
    " action_open_chased action_open_customer action_refresh action_remind action_set_no_reminders"
    " action_view_aging action_view_bills action_view_credit_agreements action_view_credits action_view_documents"
    " action_view_ledger action_view_orders action_view_receipts action_view_year",
    "credit.agreement": "action_activate action_cancel action_open_cancel action_renew action_view_invoices"
    " action_view_orders action_view_renewals",
    "credit.agreement.cancel": "action_cancel",
    "credit.agreement.line": "action_open_agreement",
    "credit.application": "action_open_credit action_open_debit action_open_voucher action_unapply action_unapply_here",
    "credit.apply": "action_apply",
    "credit.contact.log": "action_apply",
    "credit.difference": "action_open_document action_view_items",
    "credit.dispute": "action_apply",
    "credit.ledger.export": "action_export",
    "credit.ledger.line": "action_export action_open_document",
    "credit.mark.paid": "action_mark",
    "credit.no.reminders": "action_apply",
    "credit.open.item": "action_open_document",
    "credit.promise": "action_cancel action_examine",
    "credit.refund": "action_confirm",
    "credit.reminder": "action_mark_posted action_open_account action_print action_propose action_send"
    " action_send_slice action_skip",
    "credit.reminder.line": "action_open_document",
    "credit.reminder.propose": "action_apply action_open",
    "credit.reminder.send": "action_send",
    "credit.reminder.skip": "action_apply",
    "credit.statement": "action_email action_export action_preview action_print action_review",
    "credit.statement.line": "action_email action_email_slice action_export action_preview action_print",
    "customer.credit": "action_apply action_apply_screen action_open action_open_form action_print action_refund"
    " action_send action_unapply action_view_applications action_view_refunds action_view_transactions",
    "order.to.cash": "action_create_invoices action_email_invoices action_open_invoices action_open_order"
    " action_open_payments",
    "order.to.cash.invoicing": "action_start",
    "res.partner": "action_apply_deposits action_credit_statement action_view_credit_agreements"
    " action_view_customer_credits credit_centre_search credit_centre_stamp credit_centre_summary",
    "sale.order": "action_apply_agreement action_otc_invoice action_view_credit_agreement",
}
OVERRIDDEN = {"create", "write", "unlink", "copy", "copy_data", "web_read"}
# What a salesperson may open: things of orders and customers, each behind its own record rule.
OF_SALES = {
    "credit.agreement": {"action_view_orders", "action_view_invoices", "action_view_renewals"},
    "credit.agreement.line": {"action_open_agreement"},
    "sale.order": {"action_apply_agreement", "action_otc_invoice", "action_view_credit_agreement"},
    "order.to.cash": {"action_open_order", "action_open_invoices", "action_open_payments", "action_create_invoices"},
    "res.partner": {"action_view_credit_agreements"},
}
# What a viewer is never let do: whatever changes something.
WRITES = {
    "account.move": "action_apply_deposits action_credit_ask_dispute action_credit_dispute action_credit_settle_dispute"
    " action_mark_paid",
    "credit.account": "action_log_contact action_new_promise action_remind action_set_no_reminders",
    "credit.agreement": "action_activate action_cancel action_open_cancel action_renew",
    "credit.application": "action_unapply action_unapply_here",
    "credit.promise": "action_cancel action_examine",
    "credit.reminder": "action_mark_posted action_propose action_send action_send_slice action_skip",
    "customer.credit": "action_apply action_apply_screen action_refund action_unapply",
    "res.partner": "action_apply_deposits",
    "sale.order": "action_apply_agreement action_otc_invoice",
}
ARGUMENTS = {
    "action_cancel": {"credit.agreement": ["x"]},
    "action_credit_dispute": ["price", "x"],
    "action_credit_settle_dispute": ["x"],
    "action_log_contact": ["call", "x"],
    "action_set_no_reminders": [True, "x"],
    "action_skip": ["x"],
    "action_otc_invoice": [1],
    "credit_centre_search": ["Hub"],
}


def arguments(model, name):
    given = ARGUMENTS.get(name, [])
    return given.get(model, []) if isinstance(given, dict) else given


@tagged("post_install", "-at_install")
class TestHubRights(HubAccessCase):
    def test_A1_every_model_has_the_rights_that_were_reviewed(self):
        self.maxDiff = None
        models = [name for name in self._hub_models() if not self.env[name]._abstract]
        self.assertEqual({name: self._rights(name) for name in models}, RIGHTS)

    def test_M2_every_model_is_ruled_by_company_or_by_user(self):
        for name in (name for name, rights in RIGHTS.items() if rights):  # what nobody reads needs no rule
            rules = self.env["ir.rule"].search([("model_id.model", "=", name), ("groups", "=", False)])
            words = "create_uid" if self.env[name]._transient else "company_ids"
            with self.subTest(name):
                self.assertTrue(any(words in rule.domain_force for rule in rules))

    def test_A1_public_methods_are_those_that_were_reviewed(self):
        self.maxDiff = None
        found = {name: public_methods(self.env, name, "credit_centre") - OVERRIDDEN for name in self.env.registry}
        reviewed = {name: set(methods.split()) for name, methods in REVIEWED.items()}
        self.assertEqual({name: methods for name, methods in found.items() if methods}, reviewed)


@tagged("post_install", "-at_install")
class TestHubCalls(HubAccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_records()

    def _some(self, model):
        """A record of a model, as somebody who may everything finds it."""
        fixed = {
            "account.move": self.invoice,
            "res.partner": self.customer,
            "sale.order": self.order,
            "credit.account": self.account,
        }
        if model in fixed:
            return fixed[model]
        records = self.env[model].sudo()
        if self.env[model]._transient:
            return records
        own = [("company_id", "=", self.company.id)] if "company_id" in records._fields else []
        return records.search(own, limit=1)

    def test_figures_are_refused_by_every_route(self):
        """CC03, CC04: no route leads a salesperson, a plain user, the portal or the administrator to a figure."""
        for name, rights in RIGHTS.items():
            record = self._some(name)
            stored = next((key for key, one in self.env[name]._fields.items() if one.store and key != "id"), "id")
            for role in set(self.roles) - set(rights):
                model = self._as(self.roles[role], self.env[name])
                ids = record.ids or [1]
                for route, call in {
                    "search": lambda model=model: model.search([]),
                    "order": lambda model=model, stored=stored: model.search([], order=f"{stored} desc"),
                    "search_count": lambda model=model: model.search_count([]),
                    "search_read": lambda model=model: model.search_read([], ["id"]),
                    "web_search_read": lambda model=model: model.web_search_read([], {"id": {}}),
                    "read": lambda model=model, ids=ids: model.browse(ids).read(["display_name"]),
                    "web_read": lambda model=model, ids=ids: model.browse(ids).web_read({"display_name": {}}),
                    "_read_group": lambda model=model: model._read_group([], [], ["__count"]),
                    "formatted_read_group": lambda model=model: model.formatted_read_group([], [], ["__count"]),
                    "web_read_group": lambda model=model: model.web_read_group([], ["create_uid"]),
                    "name_search": lambda model=model: model.name_search(""),
                    "export": lambda model=model, ids=ids: model.browse(ids).export_data(["display_name"]),
                }.items():
                    with self.subTest(name, role=role, route=route), self._refused():
                        call()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_A2_no_method_gives_anything_to_those_without_rights(self):
        for model, names in REVIEWED.items():
            record = self._some(model)
            for name in names.split() if record else ():  # windows: the rights of their model say it
                for role in ("sales", "plain", "portal", "system"):
                    if name in OF_SALES.get(model, ()) and role == "sales":
                        continue
                    with self.subTest(f"{model}.{name}", role=role):
                        self._expect_nothing(self.roles[role], record, name)

    def _expect_nothing(self, user, record, name):
        """Refused, or an action that leads to what is refused."""
        with self._refused():
            action = getattr(self._as(user, record), name)(*arguments(record._name, name))
            if isinstance(action, dict) and action.get("res_model"):
                model = self._as(user, self.env[action["res_model"]])
                model.browse(action.get("res_id") or []).check_access("read")
                if not action.get("res_id") and model.search(action.get("domain") or []):
                    return
                raise AccessError(name)  # nothing is there to see

    def test_A2_a_viewer_changes_nothing(self):
        for role in ("viewer", "auditor"):
            for model, names in WRITES.items():
                record = self._some(model)
                self.assertTrue(record or model == "credit.application", model)
                for name in names.split():
                    with self.subTest(f"{model}.{name}", role=role), self._refused():
                        getattr(self._as(self.roles[role], record), name)(*arguments(model, name))

    def test_own_orders_and_agreements_of_a_salesperson(self):
        seller = self.roles["sales"]
        own = self._order(user_id=seller.id)
        partner = self.env["res.partner"].create({"name": "Own Customer", "user_id": seller.id})
        agreement = self._agreement(self.company, partner)
        rows = self._as(seller, self.env["order.to.cash"]).search([])
        self.assertIn(own, rows.order_id if "order_id" in rows._fields else self.env["sale.order"].browse(rows.ids))
        self.assertNotIn(self.order.id, rows.ids)
        found = self._as(seller, self.env["credit.agreement"]).search([])
        self.assertIn(agreement.id, found.ids)
        self.assertNotIn(self.agreement.id, found.ids)
        self.assertNotIn(
            self.agreement.id, self._as(seller, self.env["credit.agreement.line"]).search([]).agreement_id.ids
        )
        for route in (self.agreement, self.env["order.to.cash"].browse(self.order.id)):
            with self._refused(AccessError):
                self._as(seller, route).read(["display_name"])


@tagged("post_install", "-at_install")
class TestHubProtected(HubAccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_records()

    def test_A3_what_the_hub_keeps_is_nobodys_to_write(self):
        """Figures on the credit account, states of reminders, promises, agreements, and what changed on orders."""
        kept = {
            self.account: "payment_count days_to_pay last_reminder_id last_reminder_level_id last_reminder_date"
            " reminder_pause_date",
            self.promise: "state received decided_on promised_on",
            self.reminder: "state amount letter sent_to sent_on sent_by_id channel date facts skip_reason",
            self.reminder.line_ids[:1]: "residual residual_company date_maturity reached",
            self.agreement: "state number pricelist_id revision reminded_on cancel_reason",
            self.invoice: "credit_disputed credit_dispute_reason credit_reminder_level_id credit_reminder_date",
        }
        for record, names in kept.items():
            self.assertTrue(record, names)
            for name in names.split():
                for role, user in self.roles.items():
                    with self.subTest(f"{record._name}.{name}", role=role), self._refused():
                        value = self._other_value(record, name)
                        self._as(user, record).with_context(engine=1, force=1).write({name: value})

    def _other_value(self, record, name):
        field = record._fields[name]
        values = {"integer": 7, "float": 7.0, "monetary": 7.0, "boolean": True, "date": "2025-05-05"}
        if field.type == "selection":
            return next(key for key, _label in field._description_selection(self.env) if key != record[name])
        if field.type == "many2one":
            return self.env[field.comodel_name].sudo().search([("id", "!=", record[name].id)], limit=1).id
        return values.get(field.type, "2025-05-05 10:00:00" if field.type == "datetime" else "x")

    def test_A3_no_record_is_born_with_them(self):
        for name, value in (("state", "kept"), ("received", 777), ("decided_on", "2025-01-01")):
            vals = {"account_id": self.account.id, "amount": 5, "date": "2099-01-01"}
            promises = self._as(self.roles["billing"], self.env["credit.promise"])
            with self.subTest(name), self._refused(AccessError):
                promises.create({**vals, name: value})
            with self.subTest(f"default_{name}"):
                promise = promises.with_context(**{f"default_{name}": value}).create(vals)
                self.assertEqual((promise.state, promise.received, promise.decided_on), ("open", 0, False))
        vals = {"name": "x", "partner_id": self.other.id, "company_id": self.company.id, "date_start": "2025-01-01"}
        agreements = self._as(self.roles["cmgr"], self.env["credit.agreement"])
        with self._refused(AccessError):
            agreements.create({**vals, "state": "active"})
        self.assertEqual(agreements.with_context(default_state="active").create(vals).state, "draft")
