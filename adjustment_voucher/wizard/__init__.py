from . import adjustment_voucher_return, adjustment_voucher_reverse
