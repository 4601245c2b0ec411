from . import customer_credit, credit_page, credit_reminder, credit_statement, credit_agreement, order_to_cash
