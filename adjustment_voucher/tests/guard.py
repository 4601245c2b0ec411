"""What the tests of the guards share: users of each role, calls as they come by RPC, refusals that change nothing."""

from contextlib import contextmanager

from odoo.exceptions import AccessError, RedirectWarning, UserError

from .common import VoucherCommon

ROLES = {
    "billing": "account.group_account_invoice",
    "reader": "account.group_account_readonly",
    "sales": "base.group_user",
    "manager": "account.group_account_manager",
    "admin": "base.group_system",
}


class GuardCase(VoucherCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {role: cls._user(f"guard_{role}", groups) for role, groups in ROLES.items()}
        cls.billing, cls.manager = cls.users["billing"], cls.users["manager"]
        cls.stranger_company = cls.setup_other_company(name="Stranger")["company"]
        cls.stranger = cls._user("guard_stranger", ROLES["billing"], cls.stranger_company)

    @staticmethod
    def _by(user, records, **context):
        """Records as a call by RPC of this user has them."""
        return records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids, **context)

    def _matches(self, user=None):
        return self._by(user or self.billing, self.env["account.partial.reconcile"])

    @contextmanager
    def _refused(self, text="^To ", kinds=(UserError, RedirectWarning)):
        """The call is refused with this sentence, and is undone."""
        with self.assertRaisesRegex(kinds, text) as caught, self.env.cr.savepoint():
            yield caught

    def _denied(self):
        return self._refused("", AccessError)

    @staticmethod
    def _match_of(item):
        return item.matched_debit_ids | item.matched_credit_ids
