from odoo.tests import tagged

from ..hooks import uninstall_hook
from .hub_access_common import HubAccessCase


@tagged("post_install", "-at_install")
class TestUninstall(HubAccessCase):
    """Who removes the addon keeps orders as they are, finds no price list that nobody can explain, and no error."""

    def test_price_lists_of_agreements(self):
        """S3.27: those of orders are archived, the others go."""
        used, unused = (self._agreement(self.company, partner) for partner in (self.customer, self.other))
        (used | unused).action_activate()
        lists = (used | unused).pricelist_id
        ordinary = self.env["product.pricelist"].create({"name": "Ordinary"})
        order = self.env["sale.order"].sudo().create({"partner_id": self.customer.id, "company_id": self.company.id})
        order.pricelist_id = used.pricelist_id
        self.assertEqual(len(lists), 2)
        uninstall_hook(self.env)
        self.assertEqual(lists.exists(), order.pricelist_id)
        self.assertFalse(order.pricelist_id.active)
        self.assertTrue(ordinary.active)

    def test_templates_can_go_before_the_levels_and_these_before_reminders(self):
        """S1.14: Odoo takes the addon's own records away one kind after the other, while the tables still stand."""
        self._set_up_records()
        level = self.reminder.level_id
        templates = level.template_id
        uninstall_hook(self.env)
        templates.unlink()
        self.env.cr.execute("DELETE FROM credit_reminder_level WHERE id = %s", [level.id])
        self.env.invalidate_all()
        self.assertFalse(templates.exists() or level.exists())
