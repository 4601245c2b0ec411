# ruff: isort: skip_file
from . import credit_apply
from . import credit_apply_line
from . import credit_apply_voucher
from . import credit_refund
