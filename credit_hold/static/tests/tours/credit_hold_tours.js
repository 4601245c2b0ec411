import tourUtils from "@sale/js/tours/tour_utils";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

/** Waits until a figure of the panel shows a text. */
function figure(key, text) {
    return { trigger: `.o_credit_panel .o_credit_figure[data-key=${key}]:contains("${text}")` };
}

// The salesperson sees the credit while the quotation is typed, is stopped, and asks for a release.
tours.add("credit_hold_salesperson", {
    steps: () => [
        ...tourUtils.selectCustomer("Tour Customer"),
        { trigger: ".o_credit_panel_clear .o_credit_title:contains('can go through')" },
        figure("limit", "1,000.00"),
        figure("exposure", "800.00"),
        figure("left", "200.00"),
        ...tourUtils.addProduct("Tour Thing"),
        { trigger: ".o_data_row .o_data_cell[name=price_subtotal]:contains('500.00')" },
        {
            content: "Not saved, and stopped already",
            trigger: ".o_credit_panel_hold .o_credit_title:contains('On credit hold')",
        },
        figure("order", "500.00"),
        figure("left", "300.00"),
        { trigger: ".o_credit_panel .o_credit_bar_over" },
        { trigger: ".o_credit_reasons li:contains('make $ 1,300.00; the credit limit is $ 1,000.00')" },
        { trigger: ".o_credit_remedies li:contains('Let the customer pay $ 300.01')" },
        { trigger: ".o_credit_remedies li:contains('Reduce the order by $ 300.01')" },
        { trigger: ".o_credit_remedies li:contains('Ask the credit manager for a release')" },
        { trigger: ".o_statusbar_buttons button[name=action_confirm]", run: "click" },
        { content: "The answer says why", trigger: ".o_notification:contains('the credit limit is $ 1,000.00')" },
        { content: "It stays a quotation", trigger: ".o_arrow_button_current:contains('Quotation')" },
        { trigger: ".o_credit_panel_hold .o_credit_request", run: "click" },
        { trigger: ".modal textarea.o_credit_note", run: "edit They pay on Friday." },
        { trigger: ".modal .o_credit_send", run: "click" },
        { trigger: ".o_credit_panel .o_credit_requested:contains('A release has been asked for')" },
        { content: "Asking twice is not offered", trigger: ".o_credit_panel:not(:has(.o_credit_request))" },
    ],
});

// The credit manager releases two orders at once from the list, one of them is confirmed with it.
tours.add("credit_hold_manager", {
    steps: () => [
        { trigger: ".o_searchview_facet:contains('Held')" },
        { trigger: ".o_data_row:contains('Tour Customer'):contains('Credit limit')" },
        { trigger: ".o_data_row:contains('Tour Second'):contains('Customer on hold')" },
        { trigger: ".o_data_row:contains('Tour Customer') .o_list_record_selector input", run: "click" },
        { trigger: ".o_data_row:contains('Tour Second') .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel button:contains('Release...')", run: "click" },
        { trigger: ".modal .o_data_row:contains('Tour Customer'):contains('$ 500.00')" },
        { trigger: ".modal .o_data_row:contains('Tour Second')" },
        { trigger: ".modal .o_field_widget[name=reason] textarea", run: "edit Letter of credit is here." },
        { trigger: ".modal .o_field_widget[name=confirm] input", run: "click" },
        { trigger: ".modal button.o_credit_apply:contains('Release')", run: "click" },
        { content: "Nothing is held any more", trigger: ".o_view_nocontent, .o_list_view:not(:has(.o_data_row))" },
        { trigger: ".o_searchview_facet:contains('Held') .o_facet_remove", run: "click" },
        { trigger: ".o_data_row:contains('Tour Customer'):contains('Released')" },
        { trigger: ".o_data_row:contains('Tour Customer') td[name=partner_id]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=release_reason]:contains('Letter of credit is here.')" },
    ],
});

// The controller rejects an order from its form; the reason is on the order.
tours.add("credit_hold_reject", {
    steps: () => [
        { trigger: ".o_credit_panel_hold" },
        { trigger: ".o_statusbar_buttons button:contains('Reject...')", run: "click" },
        { trigger: ".modal .o_data_row:contains('Tour Customer')" },
        { trigger: ".modal .o_field_widget[name=reason] textarea", run: "edit No answer to three reminders." },
        { trigger: ".modal button.o_credit_apply:contains('Reject')", run: "click" },
        { trigger: ".o_credit_panel_rejected .o_credit_decision:contains('No answer to three reminders.')" },
    ],
});

// Billing registers the prepayment from the order; the money frees it.
tours.add("credit_hold_prepayment", {
    steps: () => [
        { trigger: ".o_credit_panel_prepay .o_credit_prepay:contains('$ 250.00'):contains('$ 0.00')" },
        { trigger: ".o_credit_reasons li:contains('Customer T-9 Tour Prepay is required to make prepayments.')" },
        { trigger: ".o_statusbar_buttons button[name=action_register_prepayment]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=amount] input:value(250)" },
        { trigger: ".o_form_view .o_field_widget[name=credit_order_id] input:value(S)" },
        { trigger: ".o_statusbar_buttons button[name=action_post]:contains('Confirm')", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:not(:contains('Draft'))" },
        { trigger: ".o_breadcrumb a:last", run: "click" },
        { trigger: ".o_credit_panel_clear .o_credit_prepay:contains('100%')" },
    ],
});

// The Customer Credit Summary: figures open their documents, settings change with a reason.
tours.add("credit_hold_summary", {
    steps: () => [
        { trigger: ".o_data_row:contains('Tour Customer'):contains('$ 800.00'):contains('80 %')" },
        { trigger: ".o_data_row:contains('Tour Customer') td[name=partner_id]", run: "click" },
        { trigger: ".o_credit_part:contains('Utilized'):contains('$ 800.00')" },
        { trigger: ".o_credit_part:contains('Available'):contains('$ 200.00')" },
        { trigger: ".o_credit_part:contains('Nothing past due')" },
        { trigger: "button.o_credit_part:contains('Open invoices')", run: "click" },
        { content: "One document, with the figure as its sum", trigger: ".o_list_footer:contains('$ 800.00')" },
        { trigger: ".o_data_row:contains('INV') td[name=move_name]" },
        { trigger: ".o_breadcrumb a:contains('Tour Customer')", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=hold] input", run: "click" },
        { trigger: ".o_field_widget[name=hold_reason] input", run: "edit Cheque returned" },
        { trigger: ".o_field_widget[name=change_reason] input", run: "edit Letter of the bank" },
        ...stepUtils.saveForm(),
        { trigger: ".alert-danger:contains('On credit hold.'):contains('Cheque returned')" },
        { trigger: ".o_statusbar_buttons button:contains('Can They Buy')", run: "click" },
        { trigger: ".modal .o_field_widget[name=amount] input", run: "edit 10 && press Tab" },
        { trigger: ".modal .alert-danger:contains('On credit hold'):contains('Reason: Cheque returned.')" },
        { trigger: ".modal button:contains('Close')", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

// The settings: a default limit for customers without their own.
tours.add("credit_hold_settings", {
    steps: () => [
        { trigger: "#credit_hold .o_field_widget[name=credit_check_active] input:checked" },
        { trigger: "#credit_hold .o_field_widget[name=credit_default_mode] input", run: "click" },
        { trigger: ".o_select_menu_item:contains('A limit')", run: "click" },
        { trigger: "#credit_hold .o_field_widget[name=credit_default_limit] input", run: "edit 750" },
        { trigger: "button.o_form_button_save", run: "click" },
        { content: "Nothing is left to save", trigger: "body:not(:has(.o_dirty_warning)) #credit_hold" },
    ],
});
