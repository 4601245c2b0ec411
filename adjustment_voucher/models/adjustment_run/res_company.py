from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    adjustment_run_sequence_id = fields.Many2one("ir.sequence", "Numbers of Application Runs", copy=False)
