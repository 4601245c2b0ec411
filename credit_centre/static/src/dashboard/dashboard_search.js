import { AutoComplete } from "@web/core/autocomplete/autocomplete";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { Component } from "@odoo/owl";

const SHORTEST = 2;

/** Finds a customer or a document while somebody types, and opens it. */
export class DashboardSearch extends Component {
    static template = "credit_centre.DashboardSearch";
    static components = { AutoComplete };
    static props = { open: Function };

    setup() {
        this.orm = useService("orm");
        this.sources = [
            {
                placeholder: _t("Searching..."),
                options: (text) => this.find(text),
                optionSlot: "found",
            },
        ];
    }

    find(text) {
        return text.length < SHORTEST ? [] : this.ask(text);
    }

    async ask(text) {
        const found = await this.orm.silent.call("res.partner", "credit_centre_search", [text]);
        if (!found.length) {
            return [{ label: _t("Nothing found for «%s»", text), cssClass: "o_credit_found_none", data: {} }];
        }
        return found.map((one) => ({
            label: one.label,
            data: one,
            cssClass: "o_credit_found",
            onSelect: () => this.props.open(one),
        }));
    }
}
