{
    "name": "Adjustment Voucher",
    "summary": "Apply customers' credits to their open items: a reviewable, authorized and reversible voucher",
    "version": "19.0.1.0.0",
    "category": "Accounting/Credit Management",
    "author": "Credit Management Suite contributors",
    "license": "AGPL-3",
    "depends": ["account", "account_debit_note"],
    "data": [
        "security/adjustment_voucher_groups.xml",
        "security/ir.model.access.csv",
        "security/adjustment_voucher_rules.xml",
        "wizard/adjustment_voucher_reverse_views.xml",
        "wizard/adjustment_voucher_return_views.xml",
        "views/adjustment_voucher_views.xml",
        "views/adjustment_voucher_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["adjustment_voucher/static/src/**/*"],
        "web.assets_tests": ["adjustment_voucher/static/tests/tours/**/*"],
    },
    "application": True,
    "installable": True,
}
