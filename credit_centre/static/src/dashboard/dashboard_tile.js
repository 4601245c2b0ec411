import { _t } from "@web/core/l10n/translation";

import { Component } from "@odoo/owl";

export const TONES = {
    good: { icon: "fa-check-circle", text: _t("Good") },
    warning: { icon: "fa-exclamation-triangle", text: _t("Look at this") },
    danger: { icon: "fa-exclamation-circle", text: _t("Needs attention") },
};

/** One figure; where records stand behind it, a button that opens them. */
export class DashboardTile extends Component {
    static template = "credit_centre.DashboardTile";
    static props = { tile: Object, open: Function };

    get tone() {
        return TONES[this.props.tile.tone];
    }
}
