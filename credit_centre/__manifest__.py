{
    "name": "Credit Centre",
    "summary": "One desk for credit management: open credits, applications, ageing and collection figures",
    "version": "19.0.1.0.0",
    "category": "Accounting/Credit Management",
    "author": "Credit Management Suite contributors",
    "license": "AGPL-3",
    "depends": ["credit_hold", "adjustment_voucher"],
    "data": [],
    "demo": ["demo/credit_centre_demo.xml"],
    "application": True,
}
