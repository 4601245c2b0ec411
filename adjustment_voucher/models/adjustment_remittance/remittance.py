"""A file of receipts with the invoices they name: read, checked row by row, imported as draft vouchers."""

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..engine import check_texts, engine, work
from .remittance_options import OPTIONS

LAYOUT = {*OPTIONS, "file", "file_name", "template_id", "column_ids", "company_id", "single_receipt"}
AT_ONCE = 2000


def _is_base64(content):
    try:
        return isinstance(content, str | bytes) and base64.b64decode(content) is not None
    except ValueError:
        return False


class AdjustmentRemittance(models.Model):
    _name = "adjustment.remittance"
    _inherit = ["adjustment.protected", "adjustment.remittance.options", "mail.thread"]
    _description = "Remittance"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/", index="trigram")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("checked", "Checked"),
            ("importing", "Importing"),
            ("imported", "Imported"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users", "Imported for", default=lambda self: self.env.user, readonly=True, copy=False
    )
    file = fields.Binary(attachment=True, copy=False, help="CSV or XLSX, up to 100,000 rows and 20 MB.")
    file_name = fields.Char(copy=False)
    checksum = fields.Char(readonly=True, copy=False, index="btree_not_null")
    twin_id = fields.Many2one("adjustment.remittance", "Same File as", compute="_compute_twin_id")
    template_id = fields.Many2one(
        "adjustment.remittance.template",
        "Layout",
        check_company=True,
        ondelete="set null",
        help="How files of this bank or customer are read. Empty: the layout whose columns have the same names.",
    )
    single_receipt = fields.Char(
        "Receipt of All Rows",
        help="When the file is about one receipt and has no column for it: the receipt's number or bank reference.",
    )
    column_ids = fields.One2many("adjustment.remittance.column", "remittance_id", "Columns")
    line_ids = fields.One2many("adjustment.remittance.line", "remittance_id", "Rows")
    problem_ids = fields.One2many(
        "adjustment.remittance.line", "remittance_id", "Rows to Correct", domain=[("status", "=", "bad")]
    )
    voucher_ids = fields.One2many("adjustment.voucher", "remittance_id", "Vouchers", readonly=True)

    row_count = fields.Integer("Rows in the File", compute="_compute_counts")
    good_count = fields.Integer("Matched", compute="_compute_counts")
    problem_count = fields.Integer("To Correct", compute="_compute_counts")
    skipped_count = fields.Integer("Left out", compute="_compute_counts")
    imported_count = fields.Integer("Rows Imported", compute="_compute_counts")
    summary = fields.Text(compute="_compute_summary")
    voucher_count = fields.Integer("Number of Vouchers", compute="_compute_links")
    payment_count = fields.Integer("Number of Payments", compute="_compute_links")

    # ------------------------------------------------------------------ values

    def _adjustment_protected_fields(self):
        return {"name", "state", "user_id", "checksum", "voucher_ids"}

    @api.depends("name")
    def _compute_display_name(self):
        for remittance in self:
            remittance.display_name = self.env._("New Remittance") if remittance.name == "/" else remittance.name

    @api.depends("checksum", "company_id")
    def _compute_twin_id(self):
        for remittance in self:
            remittance.twin_id = remittance.checksum and self.search(
                [
                    ("checksum", "=", remittance.checksum),
                    ("id", "!=", remittance._origin.id),
                    ("company_id", "=", remittance.company_id.id),
                    ("state", "in", ("importing", "imported")),
                ],
                limit=1,
            )

    @api.depends("line_ids.status")
    def _compute_counts(self):
        groups = self.env["adjustment.remittance.line"]._read_group(
            [("remittance_id", "in", self.ids)], ["remittance_id", "status"], ["__count"]
        )
        counts = {(remittance.id, status): count for remittance, status, count in groups}
        for remittance in self:
            of = {status: counts.get((remittance.id, status), 0) for status in ("good", "bad", "skipped", "imported")}
            remittance.good_count, remittance.problem_count = of["good"], of["bad"]
            remittance.skipped_count, remittance.imported_count = of["skipped"], of["imported"]
            remittance.row_count = sum(count for (own, _status), count in counts.items() if own == remittance.id)

    @api.depends("line_ids.status")
    def _compute_summary(self):
        for remittance in self:
            remittance.summary = self.env["adjustment.remittance.message"]._summary(remittance)

    @api.constrains("register", "journal_id", "state")
    def _check_journal(self):
        for remittance in self:
            if remittance.register and not remittance.journal_id and remittance.state != "draft":
                raise ValidationError(self.env._("To register new receipts, choose the bank journal they came in on."))

    # ------------------------------------------------------------------ create, write, delete

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_values(vals)
        remittances = super().create(vals_list)
        for remittance in remittances:
            number = self.env["ir.sequence"].with_company(remittance.company_id).next_by_code("adjustment.remittance")
            with engine():
                remittance.name = number or f"REM/{remittance.id}"
        remittances.filtered("file")._take_file()
        return remittances

    def write(self, vals):
        self._check_values(vals)
        if not work() and set(vals) & LAYOUT:
            self._check_draft(self.env._("change"))
        result = super().write(vals)
        if "file" in vals:
            self._take_file()
        elif set(vals) & {"template_id", "encoding", "delimiter", "sheet", "header"} and not work():
            self._read_again(vals)
        return result

    def _check_values(self, vals):
        self._check_text_options(vals)
        labels = {"single_receipt": self.env._("Receipt of All Rows"), "file_name": self.env._("File Name")}
        check_texts(self.env, vals, labels)
        if vals.get("file") and not _is_base64(vals["file"]):
            raise ValidationError(self.env._("To read the remittance, upload the file again: it came damaged."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_imported(self):
        imported = self.filtered(lambda one: one.state in ("importing", "imported"))
        if imported:
            raise UserError(
                self.env._(
                    "To delete %s, keep it instead: its rows were imported, and it tells where the vouchers came from.",
                    imported[0].name,
                )
            )

    def _check_draft(self, wish):
        for remittance in self.filtered(lambda one: one.state != "draft"):
            raise UserError(
                self.env._(
                    "To %(wish)s how %(remittance)s is read, set it back to draft first: its rows were checked already.",
                    wish=wish,
                    remittance=remittance.name,
                )
            )

    # ------------------------------------------------------------------ steps

    def action_check(self):
        """Read the file and look every row up in the ledger; nothing is booked.

        :raise UserError: when the file can't be read, or its columns don't say what is needed
        """
        self.check_access("write")
        for remittance in self:
            remittance._check_state(("draft", "checked"), self.env._("check"))
            if remittance.state == "draft":
                remittance._read_rows()
            remittance._match_rows()
            remittance._judge_rows()
            with engine():
                remittance.state = "checked"
        return True

    def action_import(self):
        """Register new receipts, keep the names, and make the draft vouchers of all rows that match.

        :raise UserError: when no row matches, or a receipt can't be registered
        """
        self.check_access("write")
        for remittance in self:
            remittance._check_state(("checked", "imported"), self.env._("import"))
            remittance._judge_rows()
            remittance._check_importable()
            with engine():
                remittance.write({"state": "importing", "user_id": self.env.uid})
            remittance._import_or_queue(AT_ONCE)
        return True

    def action_draft(self):
        """Forget what was read, so that file and columns can be changed."""
        self.check_access("write")
        for remittance in self:
            remittance._check_state(("checked", "cancelled"), self.env._("change"))
            remittance._drop_rows()
            with engine():
                remittance.state = "draft"
        return True

    def action_cancel(self):
        """Put a remittance away that is not to be imported."""
        self.check_access("write")
        for remittance in self:
            remittance._check_state(("draft", "checked"), self.env._("cancel"))
            with engine():
                remittance.state = "cancelled"
        return True

    def _check_state(self, states, wish):
        if self.state not in states:
            state = dict(self._fields["state"]._description_selection(self.env))[self.state]
            raise UserError(
                self.env._(
                    "To %(wish)s %(remittance)s, choose another one: this one is in state «%(state)s».",
                    wish=wish,
                    remittance=self.name,
                    state=state,
                )
            )

    def action_save_template(self):
        """Keep the columns and options as a layout for the next files like this one."""
        self.ensure_one()
        self.check_access("write")
        values = {
            **self._as_options(),
            "column_ids": [Command.clear(), *(Command.create(column._as_copy()) for column in self.column_ids)],
        }
        if self.template_id:
            self.template_id.write(values)
        else:
            template = self.template_id.create(
                {**values, "name": (self.file_name or self.name)[:200], "company_id": self.company_id.id}
            )
            with engine():
                self.template_id = template
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Layout of Remittance Files"),
            "res_model": "adjustment.remittance.template",
            "view_mode": "form",
            "res_id": self.template_id.id,
            "target": "new",
        }


class AdjustmentVoucher(models.Model):
    _inherit = "adjustment.voucher"

    remittance_id = fields.Many2one(
        "adjustment.remittance", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    def _adjustment_protected_fields(self):
        return super()._adjustment_protected_fields() | {"remittance_id"}
