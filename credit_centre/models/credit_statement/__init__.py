from . import (
    credit_account,
    credit_statement_book,
    credit_statement_line,
    credit_statement_report,
    credit_statement_texts,
    res_partner,
)
