import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** How much of a limit is used, as a bar with its number beside it. */
export class CreditUsage extends Component {
    static template = "credit_hold.CreditUsage";
    static props = { ...standardFieldProps, limited: { type: String, optional: true } };

    get usage() {
        return this.props.record.data[this.props.name];
    }

    get text() {
        return `${formatFloat(this.usage, { digits: [16, 0] })} %`;
    }

    get color() {
        if (this.usage >= 100) {
            return "danger";
        }
        return this.usage >= 80 ? "warning" : "success";
    }

    /** Without a limit there is nothing to fill. */
    get isLimited() {
        return !this.props.limited || this.props.record.data[this.props.limited];
    }
}

export const creditUsage = {
    component: CreditUsage,
    displayName: _t("Used share of a limit"),
    supportedTypes: ["float"],
    fieldDependencies: ({ options }) =>
        options.limited_field ? [{ name: options.limited_field, type: "boolean" }] : [],
    extractProps: ({ options }) => ({ limited: options.limited_field }),
};

registry.category("fields").add("credit_usage", creditUsage);
