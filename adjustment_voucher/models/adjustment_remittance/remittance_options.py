"""How a remittance file is read, and what its columns mean: asked once, kept as a template."""

from odoo import api, fields, models

from ... import remittance_columns
from ..engine import check_texts

OPTIONS = (
    "encoding", "delimiter", "sheet", "header", "decimal", "date_order", "register", "journal_id", "deductions",
)  # fmt: skip


class AdjustmentRemittanceOptions(models.AbstractModel):
    _name = "adjustment.remittance.options"
    _description = "How a Remittance File is Read"

    encoding = fields.Selection(
        [
            ("utf-8-sig", "Unicode (UTF-8)"),
            ("utf-16", "Unicode (UTF-16)"),
            ("cp1252", "Western Europe (Windows)"),
            ("cp1250", "Central Europe (Windows)"),
            ("latin-1", "Western Europe (ISO 8859-1)"),
        ],
        help="How letters are kept in a text file. Empty: as the file itself suggests.",
    )
    delimiter = fields.Selection(
        [(";", "Semicolon"), (",", "Comma"), ("tab", "Tabulator"), ("|", "Vertical bar")],
        "Columns Apart by",
        help="What stands between the columns of a text file. Empty: as the file itself suggests.",
    )
    sheet = fields.Char(help="The sheet of a spreadsheet. Empty: the first one.")
    header = fields.Boolean("First Row Names the Columns", default=True)
    decimal = fields.Selection(
        [("point", "1,000.50"), ("comma", "1.000,50")],
        "Amounts Look Like",
        required=True,
        default=lambda self: self._get_default_decimal(),
        help="An amount that would be another one with the other mark is refused, not guessed.",
    )
    date_order = fields.Selection(
        [("dmy", "Day, month, year"), ("mdy", "Month, day, year"), ("ymd", "Year, month, day")],
        "Days Look Like",
        required=True,
        default=lambda self: self._get_default_date_order(),
        help="03/04/26 is 3 April with the day first, and 4 March with the month first.",
    )
    register = fields.Boolean(
        "Register New Receipts",
        help="Receipts that are not in the ledger yet are registered as customer payments in the journal, and posted.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Bank Journal",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
        ondelete="restrict",
        help="Where new receipts are registered.",
    )
    deductions = fields.Selection(
        [("open", "Stay open"), ("discount", "Are cash discount"), ("write_off", "Are written off")],
        required=True,
        default="open",
        help="What a payer deducted from an invoice, as the file says.",
    )

    @api.model
    def _get_default_decimal(self):
        return "comma" if self._get_language().decimal_point == "," else "point"

    @api.model
    def _get_default_date_order(self):
        day, month, year = (self._get_language().date_format.find(mark) for mark in ("%d", "%m", "%Y"))
        return (
            "ymd"
            if year >= 0 and year < max(day, month) and year < min(day, month)
            else "mdy"
            if month < day
            else "dmy"
        )

    @api.model
    def _get_language(self):
        return self.env["res.lang"]._lang_get(self.env.user.lang or "en_US")

    def _as_options(self):
        """:return: dict of values, to copy"""
        values = {name: self[name] for name in OPTIONS}
        return {**values, "journal_id": self.journal_id.id}

    def _check_text_options(self, vals):
        check_texts(self.env, vals, {"sheet": self.env._("Sheet"), "name": self.env._("Name")})


class AdjustmentRemittanceTemplate(models.Model):
    _name = "adjustment.remittance.template"
    _inherit = "adjustment.remittance.options"
    _description = "Layout of Remittance Files"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    column_ids = fields.One2many("adjustment.remittance.column", "template_id", "Columns", copy=True)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_text_options(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_text_options(vals)
        return super().write(vals)

    def _get_names(self):
        """:return: the plain names of its columns, in order, up to the last one that has a name or a meaning"""
        last = max((place for place, one in enumerate(self.column_ids, start=1) if one.name or one.role), default=0)
        return [remittance_columns.plain(column.name or "") for column in self.column_ids[:last]]


class AdjustmentRemittanceColumn(models.Model):
    _name = "adjustment.remittance.column"
    _description = "Column of a Remittance File"
    _order = "position, id"

    remittance_id = fields.Many2one("adjustment.remittance", ondelete="cascade", index="btree_not_null")
    template_id = fields.Many2one("adjustment.remittance.template", ondelete="cascade", index="btree_not_null")
    company_id = fields.Many2one("res.company", compute="_compute_company_id", store=True, index=True, precompute=True)
    position = fields.Integer("Column", readonly=True)
    name = fields.Char("Name in the File", readonly=True)
    sample = fields.Char("First Rows", readonly=True)
    role = fields.Selection(
        [
            ("receipt", "Receipt: number or bank reference"),
            ("date", "Receipt: day"),
            ("receipt_amount", "Receipt: amount"),
            ("payer", "Payer: name, code, tax number or account"),
            ("document", "Invoice: number"),
            ("amount", "Amount paid on the invoice"),
            ("deduction", "Deduction from the invoice"),
            ("currency", "Currency"),
        ],
        "Means",
        help="Empty: the column is not used.",
    )

    _one_owner = models.Constraint(
        "CHECK ((remittance_id IS NULL) <> (template_id IS NULL))",
        "A column belongs to a remittance or to a layout of files.",
    )

    @api.depends("remittance_id.company_id", "template_id.company_id")
    def _compute_company_id(self):
        for column in self:
            column.company_id = column.remittance_id.company_id or column.template_id.company_id

    @api.model_create_multi
    def create(self, vals_list):
        columns = super().create(vals_list)
        columns.remittance_id._check_draft(self.env._("change"))
        return columns

    def write(self, vals):
        self.remittance_id._check_draft(self.env._("change"))
        return super().write(vals)

    def _as_copy(self):
        return {"position": self.position, "name": self.name, "role": self.role}
