from . import credit_summary, credit_summary_tiles, credit_summary_charts
