"""What the tests of bad input share: values that are none, and users and customers to try them with."""

from odoo.tests import new_test_user

from .common import CreditCase

NUMBERS_THAT_ARE_NONE = {
    "CL01": -1,
    "CL01_minus_a_cent": -0.01,
    "CL02": float("nan"),
    "CL03": float("inf"),
    "CL03_minus": float("-inf"),
    "CL04": 1e308,
    "CL05": "a lot",
    "CL05_nan_as_text": "nan",
    "CL06": "1; DROP TABLE res_partner",
    "CL07": [1],
    "CL07_dict": {"a": 1},
    "CL07_true": True,
}
NUL, SURROGATE, LONG = "a\0b", "a\ud800b", "x" * 1_000_000
BAD_TEXTS = {"TX01": NUL, "TX02": SURROGATE, "TX04": LONG}


class BadInputCase(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.credit_limit = 1000
        cls.plain = cls._user("plain_internal", "base.group_user")
        cls.portal = new_test_user(
            cls.env, "test_portal", groups="base.group_portal", partner_id=cls._contact("Jo Buyer").id
        )

    @classmethod
    def _contact(cls, name):
        return cls.env["res.partner"].create({"name": name, "parent_id": cls.customer.id, "email": "jo@example.com"})

    def _held(self, amount=5000, **vals):
        order = self._order(amount=amount, **vals)
        self.assertHeld(order, "limit")
        return order
