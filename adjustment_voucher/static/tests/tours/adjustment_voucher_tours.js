import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const CREDITS = ".o_adjustment_credits";
const DEBITS = ".o_adjustment_debits";

/** A new voucher for a customer: the open items stand there at once. */
function newVoucher(customer) {
    return [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=partner_id] input", run: `edit ${customer}` },
        { trigger: `.o-autocomplete--dropdown-item:contains('${customer}')`, run: "click" },
    ];
}

function tick(side, document) {
    return [
        {
            trigger: `${side} .o_data_row:contains('${document}') td[name=selected] input:not(:checked)`,
            run: "click",
        },
        { trigger: `${side} .o_data_row:contains('${document}') td[name=selected] input:checked` },
    ];
}

/** Types into a cell of an item's row and leaves it. */
function type(side, document, field, value) {
    return [
        { trigger: `${side} .o_data_row:contains('${document}') td[name=${field}]`, run: "click" },
        {
            trigger: `${side} .o_selected_row:contains('${document}') .o_field_widget[name=${field}] input`,
            run: `edit ${value} && press Tab`,
        },
    ];
}

function total(name, text) {
    return { trigger: `.o_adjustment_totals .o_field_widget[name=${name}]:contains('${text}')` };
}

function state(text) {
    return { trigger: `.o_statusbar_status .o_arrow_button_current:contains('${text}')` };
}

function preview(document, text) {
    return { trigger: `.o_adjustment_preview tr[data-document='${document}']:contains('${text}')` };
}

const CREATE = ".o_statusbar_buttons button:contains('Create and authorize')";
const AUTHORIZE = ".o_statusbar_buttons button:contains('Authorize')";

// S4.30, S4.22, S4.42: one currency, part of a receipt on part of an invoice, created and authorized in one step.
tours.add("adjustment_voucher_single", {
    steps: () => [
        ...newVoucher("Tour Customer"),
        { trigger: `${CREDITS} .o_data_row:contains('PBNK1/2024/00001'):contains('$ 60.00')` },
        { trigger: `${DEBITS} .o_data_row:contains('INV/2024/00001'):contains('$ 100.00')` },
        { trigger: ".o_adjustment_note:contains('Give credits and debits an amount')" },
        ...tick(CREDITS, "PBNK1/2024/00001"),
        total("total_credit", "$ 60.00"),
        { trigger: ".o_adjustment_totals .text-danger:contains('$ 60.00')" },
        ...type(DEBITS, "INV/2024/00001", "amount", "45"),
        total("total_debit", "$ 45.00"),
        { trigger: ".o_adjustment_note:contains('$ 15.00 of the credits is not placed yet.')" },
        preview("INV/2024/00001", "$ 55.00"),
        ...type(CREDITS, "PBNK1/2024/00001", "amount", "45"),
        { trigger: ".o_adjustment_totals .text-success:contains('$ 0.00')" },
        preview("PBNK1/2024/00001", "$ 15.00"),
        { trigger: ".o_adjustment_direct:contains('the items are matched directly')" },
        { trigger: CREATE, run: "click" },
        state("Authorized"),
        { trigger: ".o_field_widget[name=name]:contains('AV/')" },
        { trigger: ".nav-link:contains('Applications')", run: "click" },
        { trigger: ".o_field_widget[name=allocation_ids] .o_data_row:contains('INV/2024/00001'):contains('$ 45.00')" },
    ],
});

// S4.31, S4.28: a receipt in the company's currency on an invoice in another one, at the rate the accountant gives.
tours.add("adjustment_voucher_multi", {
    steps: () => [
        ...newVoucher("Tour Customer"),
        { trigger: `${CREDITS} .o_data_row:contains('PBNK1/2024/00001')` },
        { trigger: `${DEBITS}:not(:has(.o_data_row:contains('INV/2024/00001')))` },
        { trigger: ".o_field_widget[name=kind] input", run: "click" },
        { trigger: ".o_select_menu_item:contains('Multi currency')", run: "click" },
        { trigger: `${DEBITS} .o_data_row:contains('INV/2024/00001') td[name=rate]:contains('0.8')` },
        ...tick(CREDITS, "PBNK1/2024/00001"),
        total("total_credit", "$ 70.00"),
        ...tick(DEBITS, "INV/2024/00001"),
        {
            content: "As much as the receipt pays at the rate of its day",
            trigger: `${DEBITS} .o_data_row:contains('INV/2024/00001') td[name=amount]:contains('87.50')`,
        },
        ...type(DEBITS, "INV/2024/00001", "rate", "0.7"),
        {
            trigger: `${DEBITS} .o_data_row:contains('INV/2024/00001') td[name=voucher_amount]:contains('$ 61.25')`,
        },
        ...type(DEBITS, "INV/2024/00001", "amount", "100"),
        total("total_debit", "$ 70.00"),
        { trigger: ".o_adjustment_totals .text-success:contains('$ 0.00')" },
        {
            trigger:
                ".o_adjustment_entry tr[data-kind=exchange]:contains('Realized exchange loss'):contains('$ 10.00')",
        },
        { trigger: CREATE, run: "click" },
        state("Authorized"),
        { trigger: ".o_field_widget[name=exchange_amount]:contains('10.00')" },
        { trigger: ".oe_stat_button:contains('Entry')", run: "click" },
        { trigger: ".o_last_breadcrumb_item:contains('MISC/')" },
    ],
});

// S4.34 with a second person: the maker is refused.
tours.add("adjustment_voucher_own_refused", {
    steps: () => [
        { trigger: ".o_searchview_input", run: "click" },
        { trigger: ".o_data_row:contains('Tour Customer') td[name=partner_id]", run: "click" },
        state("Draft"),
        { trigger: AUTHORIZE, run: "click" },
        { trigger: ".modal:contains('your company wants a second person, and you made it')" },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        state("Draft"),
    ],
});

// S4.41: the approver sends it back with a reason.
tours.add("adjustment_voucher_return", {
    steps: () => [
        { trigger: ".o_statusbar_buttons button:contains('Return...')", run: "click" },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit Apply only 40." },
        { trigger: ".modal button[name=action_return]", run: "click" },
        { trigger: ".alert-warning:contains('Returned by'):contains('Apply only 40.')" },
        state("Returned"),
    ],
});

// S4.32: whoever made it changes it and takes it up again.
tours.add("adjustment_voucher_take_up", {
    steps: () => [
        { trigger: ".alert-warning:contains('Apply only 40.')" },
        { trigger: ".o_statusbar_buttons button:contains('Take up again')", run: "click" },
        state("Draft"),
        ...type(CREDITS, "PBNK1/2024/00001", "amount", "40"),
        ...type(DEBITS, "INV/2024/00001", "amount", "40"),
        { trigger: ".o_adjustment_totals .text-success:contains('$ 0.00')" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
    ],
});

// S4.51, S4.34: the approver finds it among those of others and authorizes it from the list.
tours.add("adjustment_voucher_authorize_list", {
    steps: () => [
        { trigger: ".o_searchview_dropdown_toggler", run: "click" },
        { trigger: ".o_filter_menu .o_menu_item:contains('To Authorize, Made by Others')", run: "click" },
        { trigger: ".o_searchview_facet:contains('To Authorize, Made by Others')" },
        { trigger: ".o_data_row:contains('Tour Customer'):contains('$ 40.00')" },
        { trigger: ".o_data_row:contains('Tour Customer') .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel button:contains('Authorize')", run: "click" },
        { content: "Nothing waits any more", trigger: ".o_view_nocontent, .o_list_view:not(:has(.o_data_row))" },
        { trigger: ".o_searchview_facet .o_facet_remove", run: "click" },
        { trigger: ".o_data_row:contains('Tour Customer'):contains('AV/'):contains('Authorized')" },
    ],
});

// S4.35, S4.24: the reverse wizard shows what will be open again.
tours.add("adjustment_voucher_reverse", {
    steps: () => [
        state("Authorized"),
        { trigger: ".o_statusbar_buttons button:contains('Reverse...')", run: "click" },
        {
            trigger:
                ".modal .o_adjustment_preview tr[data-document='INV/2024/00001']:contains('$ 40.00'):contains('$ 100.00')",
        },
        { trigger: ".modal .o_adjustment_direct:contains('Nothing was booked')" },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit Wrong invoice" },
        { trigger: ".modal button[name=action_reverse]:contains('Reverse')", run: "click" },
        state("Reversed"),
        { trigger: ".alert:contains('Reversed on'):contains('Wrong invoice')" },
    ],
});

// One item is taken out: a draft of the rest opens.
tours.add("adjustment_voucher_take_out", {
    steps: () => [
        state("Authorized"),
        { trigger: `${DEBITS} .o_data_row:contains('INV/2024/00002') button[name=action_unapply]`, run: "click" },
        { trigger: ".modal .alert-info:contains('INV/2024/00002 is taken out')" },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit Disputed" },
        { trigger: ".modal button[name=action_reverse]:contains('Take out')", run: "click" },
        state("Draft"),
        { trigger: `${DEBITS} .o_data_row:contains('INV/2024/00001'):contains('$ 20.00')` },
        { trigger: `${DEBITS}:not(:has(.o_data_row:contains('INV/2024/00002')))` },
    ],
});

// S4.40: what we owe the customer as a supplier is netted with what the customer owes.
tours.add("adjustment_voucher_netting", {
    steps: () => [
        ...newVoucher("Tour Customer"),
        { trigger: `${DEBITS} .o_data_row:contains('INV/2024/00001')` },
        { trigger: `${CREDITS}:not(:has(.o_data_row:contains('BILL/')))` },
        { trigger: ".o_field_widget[name=include_payables] input", run: "click" },
        { trigger: `${CREDITS} .o_data_row:contains('BILL/'):contains('Vendor Bill')` },
        ...tick(CREDITS, "BILL/"),
        total("total_credit", "$ 40.00"),
        ...tick(DEBITS, "INV/2024/00001"),
        { trigger: ".o_adjustment_totals .text-success:contains('$ 0.00')" },
        { trigger: ".o_adjustment_entry tr:contains('Payable'):contains('$ 40.00')" },
        { trigger: ".o_adjustment_entry tr:contains('Receivable'):contains('$ 40.00')" },
        { trigger: CREATE, run: "click" },
        state("Authorized"),
        { trigger: ".oe_stat_button:contains('Entry')" },
    ],
});
