from . import credit_account_aging, credit_summary, credit_summary_charts, credit_summary_now, credit_summary_tiles
