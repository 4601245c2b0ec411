"""What the tests of branches and of legal entities share: users with a right to some companies only."""

from .common import VoucherCommon

APPROVER = "adjustment_voucher.group_adjustment_approver"


class CompaniesCase(VoucherCommon):
    """Users with a right to some companies only, by name in ``users``."""

    def _as(self, name, record):
        user = self.users[name]
        return record.with_env(record.env(user=user, context={"allowed_company_ids": user.company_ids.ids}))
