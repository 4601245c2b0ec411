import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const ROW = ".o_data_row:contains('RINV/2025/00001')";

function status(text) {
    return { trigger: `${ROW} td[name=status]:contains('${text}')` };
}

function tick(side, document) {
    return {
        trigger: `.o_field_widget[name=${side}] .o_data_row:contains('${document}') td[name=selected] input`,
        run: "click",
    };
}

// S0.12, S0.16, S0.17: from the list, a part of a credit is paid back; the row follows at once.
tours.add("customer_credit_refund", {
    steps: () => [
        status("Open"),
        { trigger: `${ROW} button[name=action_refund]`, run: "click" },
        {
            trigger: ".modal .o_data_row:contains('RINV/2025/00001') td[name=amount]",
            run: "click",
        },
        { trigger: ".modal .o_selected_row [name=amount] input", run: "edit 40 && press Tab" },
        { trigger: ".modal button[name=action_confirm]", run: "click" },
        { trigger: ".o_notification:contains('$ 40.00 of RINV/2025/00001')" },
        status("Partially Refunded"),
        { trigger: `${ROW} td[name=remaining_amount]:contains('$ 60.00')` },
    ],
});

// S0.13, S0.29: the apply screen from a ticked row; S0.8, S0.15, S0.23: its trail, and back.
tours.add("customer_credit_apply", {
    steps: () => [
        { trigger: `${ROW} .o_list_record_selector input`, run: "click" },
        { trigger: ".o_control_panel button[name=action_apply_screen]", run: "click" },
        { trigger: ".modal .o_field_widget[name=partner_id] input:value('Hub Customer')" },
        tick("debit_line_ids", "INV/2025/00001"),
        { trigger: ".modal .o_field_widget[name=total_applied]:contains('$ 100.00')" },
        { trigger: ".modal .o_field_widget[name=cut_note]:contains('$ 20.00')" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: ".o_notification:contains('$ 100.00 applied by voucher')" },
        { trigger: ".o_facet_remove", run: "click" },
        status("Applied"),
        { trigger: `${ROW} td[name=kind]`, run: "click" },
        {
            trigger: ".o_form_view .o_field_widget[name=application_ids] .o_data_row:contains('INV/2025/00001')",
        },
        { trigger: ".o_form_view button[name=action_unapply]:contains('Unapply')", run: "click" },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit Wrong invoice" },
        { trigger: ".modal button[name=action_reverse]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=status]:contains('Open')" },
    ],
});

// CC: whoever only looks sees figures, trail and journal items, and no button that changes anything.
tours.add("customer_credit_viewer", {
    steps: () => [
        status("Open"),
        {
            trigger: `.o_list_view:not(:has(button[name=action_refund])):not(:has(button[name=action_apply]))`,
        },
        { trigger: `${ROW} td[name=kind]`, run: "click" },
        { trigger: ".o_form_view:not(:has(button[name=action_apply_screen]))" },
        { trigger: ".nav-link:contains('Transactions')", run: "click" },
        { trigger: ".o_field_widget[name=item_ids] .o_data_row:contains('RINV/2025/00001')" },
        { trigger: "button.oe_stat_button[name=action_view_transactions]", run: "click" },
        { trigger: ".o_list_view .o_group_header:contains('RINV/2025/00001')" },
    ],
});
