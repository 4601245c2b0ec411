from . import credit_account, credit_search, summary_head, work_list, work_lists, work_lists_vouchers
