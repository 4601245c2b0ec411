from . import credit_statement_book, credit_statement_texts, credit_statement_report
from . import credit_statement_line
from . import credit_account, res_partner
