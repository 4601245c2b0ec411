import json

from odoo.tests import HttpCase, tagged

from .hub_access_common import HubAccessCase

# Opens each view in turn and waits until it stands; whatever goes wrong is told by name.
OPEN_ALL = """
(async () => {
    const {services} = odoo.__WOWL_DEBUG__.root.env;
    const views = %s;
    const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
    for (const [id, viewType, name] of views) {
        await services.action.doAction(id, {viewType, clearBreadcrumbs: true});
        for (let turn = 0; turn < 200 && document.querySelector(".o_loading_indicator"); turn++) {
            await pause(25);
        }
        await pause(50);
        const broken = document.querySelector(".o_error_dialog");
        if (broken) {
            throw new Error(`${name}, ${viewType}: ${broken.innerText}`);
        }
    }
    console.log("test successful");
})();
"""


@tagged("post_install", "-at_install")
class TestMenusOpen(HubAccessCase, HttpCase):
    """S0.2, S1.3: every menu of the Credit app opens in every view it offers, with rows in it, for who sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_records()
        cls.order.sudo().action_quotation_sent()
        cls.order.client_order_ref = "Changed"  # a row for the record of changes

    def _views(self, login):
        """Of the menus that a user sees: the windows with their kinds of views."""
        user = self.env["res.users"].search([("login", "=", login)])
        seen = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
        root = self.env.ref("credit_hold.menu_credit_root")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id), ("id", "in", list(seen))])
        found = []
        for menu in menus:
            action = menu.action
            if action and action._name == "ir.actions.act_window" and action.target != "new":
                kinds = [kind for kind in action.view_mode.split(",") if kind not in ("form", "activity")]
                found += [(action.id, kind, menu.complete_name) for kind in kinds]
        return found

    def _open_all(self, login):
        views = self._views(login)
        self.assertGreater(len(views), 20)
        self.browser_js(
            "/odoo/credit-centre",
            OPEN_ALL % json.dumps(views),
            ready="!!document.querySelector('.o_action_manager > *')",
            login=login,
            timeout=80,
        )

    def test_executive(self):
        self._open_all("hub_viewer")

    def test_credit_manager(self):
        self._open_all("hub_manager")
