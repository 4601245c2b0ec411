"""What quotations and invoices have alike: the agreement that they follow."""

from odoo import fields, models


class CreditAgreementDocument(models.AbstractModel):
    _name = "credit.agreement.document"
    _description = "Follows an Agreement"

    credit_agreement_id = fields.Many2one(
        "credit.agreement",
        "Agreement",
        compute="_compute_credit_agreement_id",
        store=True,
        precompute=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The agreement whose prices and terms this document has.",
    )

    def _compute_credit_agreement_id(self):
        """Each kind of document by its own day and customer."""
        self.credit_agreement_id = False
