import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function state(text) {
    return { trigger: `.o_statusbar_status .o_arrow_button_current:contains('${text}')` };
}

function press(text) {
    return { trigger: `.o_statusbar_buttons button:contains('${text}')`, run: "click" };
}

function total(figure, text) {
    return { trigger: `.o_adjustment_run_total[data-figure=${figure}]:contains('${text}')` };
}

function row(table, key, text) {
    return `section[data-table=${table}] tr[data-key=${key}]:contains('${text}')`;
}

// S4.8, S4.4: the accountant sees what would happen, excludes a customer, authorizes.
tours.add("adjustment_run_accountant", {
    steps: () => [
        { trigger: ".o_view_nocontent:contains('No application run here')" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=method_ids] .o_data_row:contains('Oldest first')" },
        { trigger: ".o_field_widget[name=date] button, .o_field_widget[name=date] input", run: "click" },
        { trigger: ".o_field_widget[name=date] input", run: "edit 03/31/2024" },
        press("Propose"),
        state("Proposed"),
        total("customers", "3"),
        total("applied", "$ 130.00"),
        total("left", "$ 50.00"),
        { trigger: row("states", "proposed", "$ 130.00") },
        { trigger: row("credits_left", "no_debit", "$ 50.00") },
        {
            content: "The customers of a row open from it",
            trigger: `${row("states", "proposed", "Proposed")} button`,
            run: "click",
        },
        { trigger: ".o_data_row:contains('Second Customer'):contains('$ 70.00')" },
        { trigger: ".o_data_row:contains('Second Customer') .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel button:contains('Exclude...')", run: "click" },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit In dispute" },
        { trigger: ".modal button[name=action_exclude]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item.o_back_button", run: "click" },
        total("applied", "$ 60.00"),
        { trigger: row("states", "excluded", "1") },
        press("Authorize"),
        state("Done"),
        total("applied", "$ 60.00"),
        { trigger: ".o_statusbar_buttons:not(:has(button[name=action_authorize]))" },
    ],
});

// S4.8: a draft of the proposal is opened, changed and counted anew.
tours.add("adjustment_run_edit_voucher", {
    steps: () => [
        state("Proposed"),
        { trigger: "button[name=action_view_customers]", run: "click" },
        { trigger: ".o_data_row:contains('Tour Customer') button[name=action_view_voucher]", run: "click" },
        { trigger: ".o_adjustment_form .o_adjustment_credits .o_data_row" },
        state("Draft"),
    ],
});

// S4.24: the approver takes the whole run back.
tours.add("adjustment_run_reverse", {
    steps: () => [
        state("Done"),
        press("Reverse..."),
        { trigger: ".modal .o_field_widget[name=voucher_count]:contains('2')" },
        { trigger: ".modal .o_field_widget[name=open_again]:contains('$ 130.00')" },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit Wrong bank file" },
        { trigger: ".modal button[name=action_reverse]", run: "click" },
        state("Reversed"),
        { trigger: ".alert:contains('Reversed on'):contains('Wrong bank file')" },
        total("applied", "$ 130.00"),
    ],
});

// S4.8: what somebody excluded stands in a list, and is lifted there.
tours.add("adjustment_run_lift", {
    steps: () => [
        { trigger: ".o_data_row:contains('Second Customer'):contains('In dispute')" },
        { trigger: ".o_data_row:contains('Second Customer') button[name=action_lift]", run: "click" },
        { trigger: ".o_view_nocontent:contains('Nothing is excluded')" },
    ],
});

// S4.8: one of two customers that were set aside is tried again from its row, the other stays where it is.
tours.add("adjustment_run_retry", {
    steps: () => [
        state("Done"),
        { trigger: ".alert button[name=action_view_failed]", run: "click" },
        { trigger: ".o_data_row:contains('Tour Customer'):contains('no longer an open')" },
        { trigger: ".o_data_row:contains('Second Customer') button[name=action_retry]", run: "click" },
        { trigger: ".o_list_view:not(:has(.o_data_row:contains('Second Customer')))" },
        { trigger: ".o_data_row:contains('Tour Customer') button[name=action_retry]" },
    ],
});

// S4.8: a customer is excluded before any run finds it, with a reason.
tours.add("adjustment_run_exclude", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=partner_id] input", run: "edit Third Customer" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Third Customer')", run: "click" },
        { trigger: ".o_field_widget[name=reason] input", run: "edit In court" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: "button[name=action_lift]" },
        { trigger: ".o_back_button", run: "click" },
        { trigger: ".o_data_row:contains('Third Customer'):contains('In court')" },
    ],
});

// Whoever reads only sees everything and can press nothing.
tours.add("adjustment_run_reader", {
    steps: () => [
        state("Proposed"),
        total("applied", "$ 130.00"),
        { trigger: "body:not(:has(.o_statusbar_buttons button:contains('Authorize')))" },
        { trigger: "body:not(:has(.o_form_button_create))" },
        { trigger: `${row("states", "proposed", "Proposed")} button`, run: "click" },
        { trigger: ".o_data_row:contains('Second Customer') .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel:not(:has(button:contains('Exclude...')))" },
    ],
});

// A long run: the bar follows the workers, stops and goes on, and the page is read again at the end.
tours.add("adjustment_run_progress", {
    steps: () => [
        state("Running"),
        { trigger: ".o_adjustment_run_progress .progress" },
        { trigger: ".o_adjustment_run_message:contains('customers')" },
        press("Stop"),
        { trigger: ".o_adjustment_run_progress.o_stopped" },
        press("Go On"),
        { trigger: ".o_adjustment_run_progress:not(.o_stopped)" },
    ],
});
