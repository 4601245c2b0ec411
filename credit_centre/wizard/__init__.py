from . import credit_agreement, credit_page, credit_reminder, credit_statement, customer_credit, order_to_cash
