{
    "name": "Adjustment Voucher: Job Queue",
    "summary": "Application runs go through OCA's job queue: its channels, its machines",
    "version": "19.0.1.0.0",
    "category": "Accounting/Credit Management",
    "author": "Credit Management Suite contributors",
    "license": "AGPL-3",
    "depends": ["adjustment_voucher", "queue_job"],
    "data": ["data/queue_job_data.xml"],
    "auto_install": True,
    "installable": True,
}
