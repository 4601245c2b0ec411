import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

const DEDUCTIONS = [
    ["discount", _t("Discount")],
    ["write_off", _t("Write-off")],
    ["chargeback", _t("Chargeback")],
    ["late_charge", _t("Late charge")],
];

/** Every document before and after, and the entry: each figure comes as text from the server. */
export class AdjustmentPreview extends Component {
    static template = "adjustment_voucher.AdjustmentPreview";
    static props = { ...standardFieldProps, reversal: { type: Boolean, optional: true } };

    get preview() {
        return this.props.record.data[this.props.name] || {};
    }

    get amountTitle() {
        return this.props.reversal ? _t("Comes back") : _t("This voucher");
    }

    get title() {
        return this.props.reversal ? _t("Open again") : _t("Documents before and after");
    }

    get entryTitle() {
        return this.props.reversal ? _t("Reversal entry") : _t("Entry");
    }

    get documents() {
        return this.preview.documents || [];
    }

    get legs() {
        return this.preview.legs || [];
    }

    get sides() {
        return [
            { key: "credit", title: _t("Credits") },
            { key: "debit", title: _t("Debits") },
        ]
            .map((side) => ({ ...side, rows: this.documents.filter((row) => row.side === side.key) }))
            .filter((side) => side.rows.length);
    }

    /** Only the kinds of deduction that this voucher has get a column. */
    get deductions() {
        return DEDUCTIONS.map(([key, title]) => ({ key, title })).filter(({ key }) =>
            this.documents.some((row) => row[key]),
        );
    }

    get hasCurrency() {
        return this.legs.some((leg) => leg.currency);
    }
}

export const adjustmentPreview = {
    component: AdjustmentPreview,
    displayName: _t("Preview of a voucher"),
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({ reversal: Boolean(options.reversal) }),
};

registry.category("fields").add("adjustment_preview", adjustmentPreview);
