{
    "name": "Adjustment Voucher",
    "summary": "Apply customers' credits to their open items: a reviewable, authorized and reversible voucher",
    "version": "19.0.1.0.0",
    "category": "Accounting/Credit Management",
    "author": "Credit Management Suite contributors",
    "license": "AGPL-3",
    "depends": ["account", "account_debit_note"],
    "data": [],
    "application": True,
}
