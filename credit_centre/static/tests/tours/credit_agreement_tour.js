import tourUtils from "@sale/js/tours/tour_utils";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Chooses a record in a many2one field. */
function choose(field, text) {
    return [
        { trigger: `.o_field_widget[name=${field}] input`, run: `edit ${text}` },
        { trigger: `.o-autocomplete--dropdown-item:contains("${text}") a`, run: "click" },
    ];
}

// The credit manager agrees on a price and a discount with a customer and puts it in force.
tours.add("credit_agreement_manager", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] input", run: "edit Tour prices" },
        ...choose("partner_id", "Hub Customer"),
        { trigger: ".o_field_widget[name=discount] input", run: "edit 10" },
        { trigger: ".o_field_widget[name=line_ids] .o_field_x2many_list_row_add a", run: "click" },
        ...choose("product_tmpl_id", "Agreed Desk"),
        { trigger: ".o_selected_row .o_field_widget[name=price] input", run: "edit 80" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_field_widget[name=number]:contains('AGR/')" },
        { trigger: ".o_statusbar_buttons button[name=action_activate]", run: "click" },
        { trigger: ".o_arrow_button_current:contains('Active')" },
        {
            content: "A second one of the same days is refused in words",
            trigger: ".o_form_button_create",
            run: "click",
        },
        { trigger: ".o_arrow_button_current:contains('Draft')" },
        { trigger: ".o_field_widget[name=name] input", run: "edit Second" },
        ...choose("partner_id", "Hub Customer"),
        { trigger: ".o_field_widget[name=discount] input", run: "edit 5" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_statusbar_buttons button[name=action_activate]", run: "click" },
        { trigger: ".modal:contains('one agreement at a time') .btn-primary", run: "click" },
        { trigger: ".o_statusbar_buttons button[name=action_open_cancel]", run: "click" },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit Entered twice" },
        { trigger: ".modal button[name=action_cancel]", run: "click" },
        { trigger: ".o_form_view .alert-danger:contains('Entered twice')" },
    ],
});

// The salesperson chooses the customer and gets the agreed price, and the ordinary one less the discount.
tours.add("credit_agreement_salesperson", {
    steps: () => [
        ...tourUtils.selectCustomer("Hub Customer"),
        { trigger: ".o_field_widget[name=credit_agreement_id]:contains('Tour prices')" },
        ...tourUtils.addProduct("Agreed Desk"),
        { trigger: ".o_data_row .o_data_cell[name=price_subtotal]:contains('80.00')" },
        ...tourUtils.addProduct("Agreed Lamp"),
        { trigger: ".o_data_row .o_data_cell[name=price_subtotal]:contains('18.00')" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: "button[name=action_view_credit_agreement]", run: "click" },
        { trigger: ".o_field_widget[name=number]:contains('AGR/')" },
        {
            content: "A salesperson reads only",
            trigger:
                ".o_form_view:not(:has(button[name=action_open_cancel])):not(:has(.o_field_widget[name=name] input))",
        },
    ],
});
