import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// Statements for everybody who is past due: looked at, all sent, one set aside for want of an address.
tours.add("credit_statement_email", {
    steps: () => [
        { trigger: "button[data-menu-xmlid='credit_centre.menu_credit_collections']", run: "click" },
        { trigger: "a[data-menu-xmlid='credit_centre.menu_credit_statement']", run: "click" },
        { trigger: ".o_dialog .o_statement_summary:contains('3 customers')" },
        { trigger: ".o_dialog .o_field_widget[name=who] input[data-value='past_due']", run: "click" },
        { trigger: ".o_dialog .o_statement_summary:contains('2 customers')" },
        { trigger: ".o_dialog button[name=action_review]", run: "click" },
        // the list of open items stands behind the dialog until this one comes
        { trigger: ".o_list_table:has(th[data-name=balance]) .o_data_row:contains('Hub Other')" },
        { trigger: ".o_list_table thead .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel button[name=action_email]", run: "click" },
        { trigger: ".o_credit_batch[data-phase=finished] .o_credit_batch_done:contains('1')", timeout: 30000 },
        { trigger: ".o_credit_batch_failures:contains('Hub Other'):contains('No e-mail address')" },
        { trigger: ".o_credit_batch_close", run: "click" },
        { trigger: ".o_data_row:contains('Hub Customer') .badge:contains('Sent')" },
        { trigger: ".o_data_row:contains('Hub Other') .badge:contains('Set aside')" },
    ],
});

// A customer looks at the own statement: what is open, and what happened.
tours.add("credit_statement_portal", {
    steps: () => [
        { trigger: ".o_portal_docs a[href='/my/statement']", run: "click", expectUnloadPage: true },
        { trigger: ".o_statement_balance:contains('70.00')", timeout: 30000 },
        { trigger: ".o_statement_rows tr:contains('Invoice'):contains('100.00')" },
        { trigger: ".o_statement_aging:contains('Credits not applied')" },
        { trigger: ".nav-link:contains('Activity')", run: "click", expectUnloadPage: true },
        {
            trigger: "#statement_from",
            run() {
                this.anchor.value = "2025-01-01";
            },
        },
        { trigger: ".o_statement_form button[type=submit]", run: "click", expectUnloadPage: true },
        { trigger: ".o_statement_rows:contains('Opening balance on 01/01/2025')", timeout: 30000 },
        { trigger: ".o_statement_rows tr:contains('Payment'):contains('30.00')" },
        { trigger: "a.o_statement_xlsx[href*='kind=activity']" },
    ],
});
