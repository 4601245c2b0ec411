from . import (
    account_move_reversal,
    adjustment_run_exclude,
    adjustment_run_reverse,
    adjustment_voucher_return,
    adjustment_voucher_reverse,
)
