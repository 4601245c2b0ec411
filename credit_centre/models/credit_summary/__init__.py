from . import (
    credit_account_aging,
    credit_movement,
    credit_summary,
    credit_summary_charts,
    credit_summary_kept,
    credit_summary_now,
    credit_summary_tiles,
)
