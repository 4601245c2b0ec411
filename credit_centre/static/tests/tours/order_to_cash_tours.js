import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A column of the board, by its title. */
function column(title, more = "") {
    return `.o_kanban_group:has(.o_column_title:contains('${title}')) ${more}`;
}

// The salesperson finds an own order at its step, and goes from there to the order.
tours.add("otc_salesperson", {
    steps: () => [
        { trigger: ".o_searchview_facet:contains('Open')" },
        { trigger: column("To Invoice", ".o_kanban_record:contains('Otc Own'):contains('$ 1,000.00')") },
        { trigger: ".o_kanban_view:not(:contains('Otc Of Another'))" },
        { trigger: column("Quotation", ".o_kanban_record:contains('Quotation Expired')") },
        { trigger: column("To Invoice", ".o_kanban_record:contains('Otc Own')"), run: "click" },
        { trigger: ".o_form_view .o_arrow_button_current:contains('To Invoice')" },
        { trigger: ".o_form_view [name=change_ids] .o_data_row:contains('Quantity'):contains('12'):contains('10')" },
        { trigger: "button[name=action_open_order]", run: "click" },

        { trigger: ".nav-link[name=otc_changes]", run: "click" },
        { trigger: "[name=otc_change_ids] .o_data_row:contains('12')" },
    ],
});

// The accountant invoices three orders at once; one is set aside and says why.
tours.add("otc_accountant", {
    steps: () => [
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains('Otc Own')" },
        {
            trigger: ".o_data_row:contains('Otc Own'):contains('To Invoice') .o_list_record_selector input",
            run: "click",
        },
        { trigger: ".o_data_row:contains('Otc Of Another') .o_list_record_selector input", run: "click" },
        { trigger: ".o_data_row:contains('Quotation Expired') .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel button:contains('Create Invoices')", run: "click" },
        { trigger: ".modal .alert:contains('1 of the selected orders will be set aside')" },
        { trigger: ".modal [name=post] input", run: "click" },
        { trigger: ".modal button[name=action_start]", run: "click" },
        { trigger: ".o_credit_batch[data-phase=finished] .o_credit_batch_done:contains('2')" },
        { trigger: ".o_credit_batch_failures tr:contains('confirm it first') a[href*='sale.order']" },
        { trigger: ".o_credit_batch_follow:contains('Show Invoices')", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains('Otc Of Another'):contains('1,000.00')" },
        { trigger: ".o_list_view .o_data_row:contains('Otc Own')" },
    ],
});

// The executive looks, and is offered nothing to change.
tours.add("otc_executive", {
    steps: () => [
        { trigger: column("To Invoice", ".o_kanban_record:contains('Otc Of Another')") },
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_data_row:contains('Otc Own') .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel:not(:contains('Create Invoices')):not(:contains('E-mail Invoices'))" },
        { trigger: ".o_switch_view.o_pivot", run: "click" },
        { trigger: ".o_pivot th:contains('Days from Order to Cash')" },
        { trigger: ".o_switch_view.o_graph", run: "click" },
        { trigger: ".o_graph_canvas_container canvas" },
    ],
});
