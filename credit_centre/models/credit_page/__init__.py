from . import credit_account_habits, res_company
