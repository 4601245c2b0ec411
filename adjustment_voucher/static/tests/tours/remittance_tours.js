import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// An advice is checked, a row that names no invoice we know is corrected by hand, and the rest is imported.
tours.add("adjustment_remittance", {
    steps: () => [
        { trigger: ".o_field_widget[name=name]:contains('REM/')" },
        { trigger: ".o_field_widget[name=column_ids] .o_data_row:contains('Receipt: number or bank reference')" },
        { trigger: "button[name=action_check]:contains('Check')", run: "click" },
        { trigger: ".o_notebook .nav-link:contains('Rows to Correct')", run: "click" },
        { trigger: ".o_field_widget[name=problem_ids] .o_data_row:contains('Invoice not found')" },
        { trigger: ".o_field_widget[name=summary]:contains('Matched: 1')" },
        { trigger: "button[name=action_view_problems]:contains('Correct in a List')", run: "click" },
        { trigger: ".o_list_view .o_data_row td[name=debit_move_id]", run: "click" },
        { trigger: ".o_selected_row .o_field_widget[name=debit_move_id] input", run: "edit PO 7" },
        { trigger: ".o-autocomplete--dropdown-item:contains('PO 7')", run: "click" },
        { trigger: ".o_list_button_save", run: "click" },
        { trigger: ".o_list_view .o_data_row td[name=code]:contains('Matched')" },
        { trigger: ".breadcrumb-item a:contains('REM/'), .o_back_button a:contains('REM/')", run: "click" },
        { trigger: "button[name=action_import]", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains('Imported')" },
        { trigger: "button[name=action_view_vouchers]", run: "click" },
        { trigger: ".o_adjustment_form .o_field_widget[name=total_debit]:contains('100.00')" },
    ],
});
