import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Waits until a tile shows a text. */
function tile(key, text) {
    return { trigger: `.o_credit_tile[data-key=${key}] .o_credit_tile_value:contains("${text}")` };
}

function back() {
    return [
        { trigger: ".o_breadcrumb a:contains('Credit Centre')", run: "click" },
        { trigger: ".o_credit_dashboard .o_credit_tile" },
    ];
}

/** Opens what stands behind something, looks at it and comes back. */
function openAndReturn(trigger, there) {
    return [{ trigger, run: "click" }, { trigger: there }, ...back()];
}

/** Chooses in a filter by what the option says. */
function choose(name, label) {
    return { trigger: `.o_credit_filters select[name=${name}]`, run: `selectByLabel ${label}` };
}

function row(list, customer) {
    return `.o_credit_list[data-key=${list}] .o_credit_row:contains('${customer}')`;
}

// The credit manager opens each tile, a chart and a row, and comes back.
tours.add("credit_dashboard_manager", {
    steps: () => [
        tile("receivable", "1,370.00"),
        tile("overdue", "1,400.00"),
        ...openAndReturn(".o_credit_tile[data-key=receivable]", ".o_list_footer:contains('1,370.00')"),
        ...openAndReturn(".o_credit_tile[data-key=overdue]", ".o_list_view .o_data_row:contains('Hub Other')"),
        ...openAndReturn(".o_credit_tile[data-key=credits]", ".o_list_view .o_data_row:contains('Hub Customer')"),
        ...openAndReturn(".o_credit_tile[data-key=exposure]", ".o_list_view .o_data_row:contains('Hub Customer')"),
        ...openAndReturn(".o_credit_tile[data-key=held]", ".o_list_view .o_data_row:contains('Hub Held')"),
        { content: "Charts as tables", trigger: ".o_credit_chart[data-key=aging] .o_credit_as_table", run: "click" },
        { trigger: ".o_credit_chart_table tr:contains('More than 90 days') td:contains('1,400.00')" },
        ...openAndReturn(
            ".o_credit_chart_table button:contains('More than 90 days')",
            ".o_list_view .o_data_row:contains('Hub Other')",
        ),
        { trigger: `${row("chase", "Hub Other")}:contains('days late')` },
        { trigger: `${row("credits", "Hub Customer")}:contains('30.00')` },
        {
            content: "A held order is released from its row",
            trigger: `${row("held", "Hub Held")} .o_credit_release`,
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=reason] textarea", run: "edit Paid by bank transfer." },
        { trigger: ".modal button.o_credit_apply:contains('Release')", run: "click" },
        { trigger: ".o_credit_list[data-key=held]:contains('No order is held')" },
        tile("held", "0.00"),
    ],
});

// Filters narrow the figures and are kept when one comes back; an earlier day; the search box.
tours.add("credit_dashboard_filters", {
    steps: () => [
        tile("receivable", "1,370.00"),
        choose("tag_id", "Hub Tag"),
        tile("receivable", "970.00"),
        { trigger: ".o_credit_tile[data-key=receivable]", run: "click" },
        { trigger: ".o_list_view:not(:contains('Hub Other')) .o_data_row:contains('Hub Customer')" },
        ...back(),
        tile("receivable", "970.00"),
        { trigger: ".o_credit_reset", run: "click" },
        tile("receivable", "1,370.00"),
        { content: "An earlier day", trigger: ".o_credit_day input", run: "edit 02/28/2025 && press Enter" },
        { trigger: ".o_credit_scope:contains('28 February 2025')" },
        tile("receivable", "1,000.00"),
        { trigger: ".o_credit_reset", run: "click" },
        tile("receivable", "1,370.00"),
        { content: "A customer by e-mail", trigger: ".o_credit_search input", run: "edit hub@exam" },
        { trigger: ".o_credit_found:contains('Hub Customer')", run: "click" },
        { trigger: ".o_form_view" },
        { trigger: ".o_breadcrumb:contains('Hub Customer')" },
        ...back(),
        { content: "Nothing is found", trigger: ".o_credit_search input", run: "edit no such customer" },
        { trigger: ".o_credit_found_none:contains('Nothing found')" },
    ],
});

// The accountant applies a credit from its row.
tours.add("credit_dashboard_accountant", {
    steps: () => [
        tile("receivable", "1,370.00"),
        { trigger: `${row("held", "Hub Held")}:not(:has(.o_credit_release))` },
        { trigger: `${row("credits", "Hub Customer")} .o_credit_apply`, run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=partner_id] input:value(Hub Customer)" },
        ...back(),
        tile("receivable", "1,370.00"),
    ],
});

// The executive reads, changes nothing, and is not asked to.
tours.add("credit_dashboard_executive", {
    steps: () => [
        tile("receivable", "1,370.00"),
        { trigger: row("held", "Hub Held") },
        { trigger: ".o_credit_lists:not(:has(.o_credit_row_button))" },
        { trigger: ".o_credit_dashboard:not(:has(.o_credit_list[data-key=vouchers]))" },
        ...openAndReturn(".o_credit_tile[data-key=overdue]", ".o_list_view .o_data_row:contains('Hub Other')"),
        { trigger: `${row("chase", "Hub Other")} .o_credit_row_open`, run: "click" },
        { trigger: ".o_form_view" },
        { trigger: ".o_breadcrumb:contains('Hub Other')" },
        ...back(),
    ],
});

// Who may not see figures is told whom to ask.
tours.add("credit_dashboard_salesperson", {
    steps: () => [
        { trigger: ".o_credit_denied:contains('ask your administrator')" },
        { trigger: ".o_credit_dashboard:not(:has(.o_credit_tile))" },
    ],
});

// On a phone the filters are folded, and nothing is wider than the screen.
tours.add("credit_dashboard_phone", {
    steps: () => [
        tile("receivable", "1,370.00"),
        { trigger: ".o_credit_filters_toggle", run: "click" },
        choose("tag_id", "Hub Tag"),
        tile("receivable", "970.00"),
        { trigger: ".o_credit_filters_toggle .badge" },
        { trigger: ".o_credit_reset", run: "click" },
        tile("receivable", "1,370.00"),
        {
            trigger: ".o_credit_dashboard",
            run() {
                const page = document.querySelector(".o_credit_dashboard");
                if (page.scrollWidth > page.clientWidth) {
                    throw new Error(`The page is ${page.scrollWidth} wide, the screen ${page.clientWidth}`);
                }
            },
        },
    ],
});

// An invoice that is posted elsewhere shows up without a click, and what is typed stays.
tours.add("credit_dashboard_refresh", {
    steps: () => [
        tile("receivable", "1,370.00"),
        { trigger: ".o_credit_search input", run: "edit some words" },
        {
            content: "Somebody posts an invoice, and the page is looked at again",
            trigger: ".o_credit_search input",
            async run() {
                const { orm } = odoo.__WOWL_DEBUG__.root.env.services;
                const moves = await orm.search("account.move", [["ref", "=", "Elsewhere"]]);
                await orm.call("account.move", "action_post", [moves]);
                document.dispatchEvent(new window.Event("visibilitychange"));
            },
        },
        tile("receivable", "1,375.00"),
        { trigger: ".o_credit_search input:value(some words):focus" },
    ],
});
