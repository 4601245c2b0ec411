import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const DEBTOR = ".o_data_row:contains('Tour Debtor')";

// The accountant works the list to chase: logs a call with what comes next, records a promise.
tours.add("credit_centre_chase", {
    steps: () => [
        { trigger: `${DEBTOR}:contains('900.00')` },
        { trigger: `${DEBTOR} button:has(.fa-phone)`, run: "click" },
        { trigger: ".modal .o_field_widget[name=note] textarea", run: "edit Will look into it." },
        { trigger: ".modal .o_field_widget[name=next_action] input", run: "edit Call again" },
        { trigger: ".modal .o_field_widget[name=next_action_date] input", run: "edit 12/31/2099" },
        { trigger: ".modal .o_credit_apply", run: "click" },
        { trigger: `body:not(:has(.modal)) ${DEBTOR}:contains('Call again')` },
        { trigger: `${DEBTOR} button[name=action_new_promise]`, run: "click" },
        { trigger: ".modal .o_field_widget[name=amount] input", run: "edit 400" },
        { trigger: ".modal .o_field_widget[name=date] input", run: "edit 12/31/2099" },
        { trigger: ".modal .o_field_widget[name=note] textarea", run: "edit By bank" },
        { trigger: ".modal footer button:contains('Record the Promise')", run: "click" },
        { trigger: `body:not(:has(.modal)) ${DEBTOR}:contains('400.00')` },
        { trigger: `${DEBTOR} td[name=partner_id]`, run: "click" },
        { trigger: ".o_form_view .nav-link:contains('Collections')", run: "click" },
        { trigger: ".o_field_widget[name=promise_ids] .o_data_row:contains('By bank')" },
        { content: "What was said is in the history", trigger: ".o-mail-Message:contains('Will look into it.')" },
    ],
});

// The credit manager asks for proposals, sends them with the flag of the level; one has no address.
tours.add("credit_centre_remind", {
    steps: () => [
        { trigger: ".o_control_panel button:contains('Propose Reminders')", run: "click" },
        { trigger: ".modal .o_credit_apply", run: "click" },
        { trigger: ".modal:contains('Reminders to send: 2')" },
        { trigger: ".modal .o_credit_open_reminders", run: "click" },
        { trigger: `body:not(:has(.modal)) ${DEBTOR}:contains('Final Notice')` },
        { trigger: ".o_list_view thead .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel button:contains('Send')", run: "click" },
        { trigger: ".modal:contains('Without an address')" },
        { trigger: ".modal .o_field_widget[name=flagged]:contains('Tour Debtor')" },
        { trigger: ".modal .o_field_widget[name=with_flags] input", run: "click" },
        { trigger: ".modal .o_credit_apply", run: "click" },
        { trigger: ".modal:contains('Done: 1'):contains('Set aside: 1')" },
        { trigger: ".modal:contains('enter the address')" },
        { trigger: ".modal button:contains('Close')", run: "click" },
        { trigger: `body:not(:has(.modal)) .o_list_view` },
        { trigger: ".o_searchview_facet:contains('To Send') .o_facet_remove", run: "click" },
        { trigger: `${DEBTOR}:contains('Sent') td[name=partner_id]`, run: "click" },
        { trigger: ".o_form_view .nav-link:contains('Letter')", run: "click" },
        { trigger: ".o_field_widget[name=preview]:contains('This is our last reminder')" },
    ],
});

tours.add("credit_centre_dispute", {
    steps: () => [
        { trigger: "button[name=action_credit_ask_dispute]:contains('Dispute')", run: "click" },
        { trigger: ".modal .o_field_widget[name=note] textarea", run: "edit Two broken" },
        { trigger: ".modal .o_credit_apply:contains('Record')", run: "click" },
        { trigger: ".alert-danger:contains('In dispute since'):contains('Two broken')" },
        { trigger: "button[name=action_credit_ask_dispute]:contains('Settle Dispute')" },
    ],
});

// Who may only read sees the reminder, and no button that sends it.
tours.add("credit_centre_reminders_read", {
    steps: () => [
        { trigger: ".o_control_panel:not(:has(button:contains('Propose Reminders')))" },
        { trigger: `${DEBTOR} td[name=partner_id]`, run: "click" },
        { trigger: ".o_form_view .nav-link:contains('Letter')", run: "click" },
        { trigger: ".o_field_widget[name=preview]:contains('Dear')" },
        { trigger: ".o_form_view:not(:has(button[name=action_send]))" },
    ],
});
