import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// The customer's page: how they stand, the ledger, a document behind it, and the ledger to take away.
tours.add("credit_centre_page", {
    steps: () => [
        { trigger: ".o_credit_aging_card[data-key=older]:contains('60.00')" },
        { trigger: ".o_credit_aging_card[data-key=balance]:contains('60.00')" },
        { trigger: ".o_credit_table tr:contains('Receipt'):contains('40.00')" },
        { trigger: ".nav-link[name=habits]", run: "click" },
        { trigger: ".o_field_widget[name=days_late]:contains('18.0')" },
        { trigger: ".o_credit_table tr:contains('2025'):contains('100.00')" },
        { trigger: ".nav-link[name=terms]", run: "click" },
        { trigger: ".o_credit_table tr:contains('Pays the Bills'):contains('pay@example.com')" },
        { trigger: ".nav-link[name=messages]", run: "click" },
        { trigger: ".o_credit_table tr:contains('They pay on Friday')" },
        { trigger: ".o_credit_aging_card[data-key=older]", run: "click" },
        { content: "The items behind the amount", trigger: ".o_data_row:contains('60.00')" },
        { trigger: ".o_back_button, .breadcrumb-item.o_back_button a", run: "click" },
        { trigger: ".nav-link[name=transactions]", run: "click" },
        { trigger: ".o_credit_whole_ledger", run: "click" },
        { trigger: ".o_data_row:contains('Receipt') td[name=balance]:contains('60.00')" },
        { trigger: ".o_control_panel button:contains('Export...')", run: "click" },
        { trigger: ".modal .o_field_widget[name=date_from] input, .modal .o_field_widget[name=date_from] button" },
        { trigger: ".modal .modal-footer button[special=cancel], .modal .btn-close", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_data_row:contains('Invoice') td[name=name]", run: "click" },
        {
            content: "The invoice itself",
            trigger: ".o_form_view .o_field_widget[name=payment_state], .o_form_view[class]",
        },
        { trigger: ".o_form_view:contains('INV/')" },
    ],
});

// The money came: the accountant says so on the invoice.
tours.add("credit_centre_mark_paid", {
    steps: () => [
        { trigger: ".o_statusbar_buttons button[name=action_mark_paid]", run: "click" },
        { trigger: ".modal .o_field_widget[name=amounts]:contains('60.00')" },
        { trigger: ".modal .o_field_widget[name=memo] input", run: "edit Transfer 88" },
        { trigger: ".modal button.o_credit_mark_paid", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_mark_paid]:visible))" },
        { content: "Paid", trigger: ".o_form_view .ribbon, .o_widget_web_ribbon, .o_arrow_button_current" },
    ],
});
