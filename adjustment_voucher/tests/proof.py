"""What the proofs share: users of each role, and a refusal that changes nothing."""

import inspect
from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method

from .common import VoucherCommon

BILLING = "account.group_account_invoice"
APPROVER = "adjustment_voucher.group_adjustment_approver"
MANAGER = "adjustment_voucher.group_adjustment_manager"
READER = "account.group_account_readonly"


def public_methods(env, model, addon):
    """:return: set of names: methods that this addon brings to the model, and that a remote caller reaches"""
    owners = [owner for owner in type(env[model]).mro() if owner.__module__.startswith(f"odoo.addons.{addon}.")]
    return {
        name
        for owner in owners
        for name, _method in inspect.getmembers(owner, inspect.isroutine)
        if name in vars(owner) and _is_public(env[model], name)
    }


def _is_public(records, name):
    try:
        get_public_method(records, name)
    except (AccessError, AttributeError):
        return False
    return True


class ProofCase(VoucherCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True, "tracking_disable": True})
        cls.billing = cls._user("proof_billing", BILLING)
        cls.approver = cls._user("proof_approver", APPROVER)
        cls.reader = cls._user("proof_reader", READER)

    @staticmethod
    def _as(user, records):
        return records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    @classmethod
    def _pair(cls, invoice=100, receipt=100, day="2024-01-31", **vals):
        """An open debit and an open credit of the customer."""
        return cls._item(invoice, day, **vals), cls._item(-receipt, day, **vals)

    @classmethod
    def _ready(cls, amount=100, **vals):
        """A draft that can be authorized as it is."""
        debit, credit = cls._pair(amount, amount)
        return cls._voucher([(credit, amount), (debit, amount)], **vals)

    @classmethod
    def _authorized(cls, amount=100, **vals):
        voucher = cls._ready(amount, **vals)
        voucher.action_authorize()
        return voucher

    def _ledger(self):
        """Everything that a refused call must leave as it is."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT (SELECT count(*) FROM account_move), (SELECT count(*) FROM account_partial_reconcile),
                      (SELECT sum(amount_residual) FROM account_move_line),
                      (SELECT sum(abs(amount_residual_currency)) FROM account_move_line),
                      (SELECT string_agg(id || state || coalesce(name, ''), ',' ORDER BY id) FROM adjustment_voucher),
                      (SELECT string_agg(id || ' ' || amount, ',' ORDER BY id) FROM adjustment_voucher_line)"""
        )
        return self.env.cr.fetchone()

    @contextmanager
    def assertRefused(self, words="", kinds=(UserError, AccessError)):
        """The call is refused with one sentence of ours, and nothing has changed."""
        before = self._ledger()
        savepoint = self.env.cr.savepoint()
        try:
            yield
            self.env.flush_all()
        except kinds as error:
            sentence = error.args[0]
        else:
            self.fail(f"nothing was refused ({words})")
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        self.assertIn(words, sentence.replace("\xa0", " "))
        self.assertEqual(self._ledger(), before)
