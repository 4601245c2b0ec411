import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** The number of an open item's document, with a way to the document. */
export class AdjustmentDocument extends Component {
    static template = "adjustment_voucher.AdjustmentDocument";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get number() {
        return this.props.record.data[this.props.name];
    }

    get move() {
        return this.props.record.data.move_id;
    }

    onOpen() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "account.move",
            res_id: this.move.id,
            views: [[false, "form"]],
        });
    }
}

export const adjustmentDocument = {
    component: AdjustmentDocument,
    displayName: _t("Number of a document"),
    supportedTypes: ["char"],
};

registry.category("fields").add("adjustment_document", adjustmentDocument);
