import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// From a paid invoice to the voucher that paid it, and back out by the information beside it: no way to unmatch there.
tours.add("adjustment_voucher_from_invoice", {
    steps: () => [
        { trigger: ".o_adjustment_applied:contains('Applied by voucher AV/2024/')" },
        { trigger: ".oe_stat_button:contains('Vouchers'):contains('1')" },
        { trigger: ".js_payment_info", run: "click" },
        {
            content: "The match is the voucher's: nothing to unreconcile here",
            trigger: ".account_payment_popover:not(:has(.js_unreconcile_payment)):not(:has(.js_open_payment))",
        },
        { trigger: ".account_payment_popover .o_open_adjustment", run: "click" },
        { trigger: ".o_breadcrumb:contains('AV/2024/')" },
        { trigger: "button[name=action_send_advice]" },
        { trigger: ".breadcrumb-item a:contains('INV/')", run: "click" },
        { trigger: "a.o_adjustment_applied", run: "click" },
        { trigger: ".o_breadcrumb:contains('AV/2024/')" },
    ],
});

// «Apply» on an open invoice: the voucher stands there filled, proposed in one click.
tours.add("adjustment_voucher_apply", {
    steps: () => [
        { trigger: "button[name=action_adjustment_apply]", run: "click" },
        { trigger: ".o_adjustment_form" },
        { trigger: ".o_field_widget[name=total_debit]:contains('100.00')" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Draft')" },
    ],
});

// The function defaults, read by somebody who may not open the settings.
tours.add("adjustment_voucher_defaults", {
    steps: () => [
        { trigger: ".o_form_view .oe_title:contains('How vouchers of this legal entity')" },
        { trigger: ".o_field_widget[name=tolerance_amount]:contains('5.00')" },
        { trigger: ".o_field_widget[name=write_off_account]:contains('Tolerance')" },
        {
            content: "Nothing to type into, nothing to save",
            trigger: ".o_form_view:not(:has(.o_form_button_save:visible)) .o_form_readonly",
        },
    ],
});
