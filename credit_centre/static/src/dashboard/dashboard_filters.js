import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

import { Component, useState } from "@odoo/owl";

/** What the figures are narrowed down to. On a small screen the choices stay folded until asked for. */
export class DashboardFilters extends Component {
    static template = "credit_centre.DashboardFilters";
    static components = { DateTimeInput };
    static props = { filters: Object, options: Object, isFiltered: Boolean, change: Function, reset: Function };

    setup() {
        this.state = useState({ unfolded: false });
        this.today = today();
    }

    /** Only what offers a choice. */
    get choices() {
        const options = this.props.options;
        return [
            { name: "company_id", label: _t("Company"), all: _t("All companies"), options: options.companies },
            { name: "user_id", label: _t("Salesperson"), all: _t("All salespeople"), options: options.users },
            { name: "group_id", label: _t("Customer group"), all: _t("All groups"), options: options.groups },
            { name: "tag_id", label: _t("Tag"), all: _t("All tags"), options: options.tags },
            { name: "currency_id", label: _t("Currency"), all: _t("All currencies"), options: options.currencies },
        ].filter(({ name, options: offered }) => {
            const [first, second] = offered;
            const alone = ["company_id", "currency_id"].includes(name);
            return this.props.filters[name] || (alone ? second : first);
        });
    }

    get day() {
        return deserializeDate(this.props.filters.as_of);
    }

    onChoose(name, ev) {
        this.props.change({ [name]: Number.parseInt(ev.target.value) || false });
    }

    onDay(day) {
        this.props.change({ as_of: day ? serializeDate(day) : false });
    }
}
