from . import credit_page, credit_statement
