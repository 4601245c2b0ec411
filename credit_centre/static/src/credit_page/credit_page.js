import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What both widgets do: ask the server for an action and do it. The texts come ready from the server. */
class CreditPageField extends Component {
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    async call(model, method, id, context = {}) {
        await this.props.record.save();
        this.action.doAction(await this.orm.call(model, method, [[id]], { context }));
    }
}

/** Open items by days past due: a card each, opening its items. */
export class CreditAging extends CreditPageField {
    static template = "credit_centre.CreditAging";

    open(card) {
        return this.call("credit.account", "action_view_aging", this.props.record.resId, { bucket: card.key });
    }
}

/** A short table of ready texts whose rows open their documents. */
export class CreditTable extends CreditPageField {
    static template = "credit_centre.CreditTable";

    open(row) {
        const { model, id, method, context } = row.open;
        if (method) {
            return this.call(model, method, id, context);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    onKeydown(ev, row) {
        if (ev.key === "Enter") {
            this.open(row);
        }
    }
}

registry.category("fields").add("credit_aging", { component: CreditAging, supportedTypes: ["json"] });
registry.category("fields").add("credit_table", { component: CreditTable, supportedTypes: ["json"] });
