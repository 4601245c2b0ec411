import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** What a run applies and leaves, per currency, by state, by method and by reason. All texts come from the server. */
export class AdjustmentRunSummary extends Component {
    static template = "adjustment_voucher.RunSummary";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get summary() {
        return this.props.record.data[this.props.name] || {};
    }

    get totals() {
        return this.summary.totals || [];
    }

    get tables() {
        return (this.summary.tables || []).filter((table) => table.rows.length);
    }

    /** Open the list of what a row counts. */
    async onOpen(row) {
        const run = this.props.record.resId;
        await this.action.doAction(await this.orm.call("adjustment.run", row.method, [[run]], row.arguments));
    }
}

registry.category("fields").add("adjustment_run_summary", {
    component: AdjustmentRunSummary,
    displayName: _t("Summary of an application run"),
    supportedTypes: ["json"],
});
