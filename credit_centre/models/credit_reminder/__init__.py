from . import collections_account, credit_promise, credit_promise_examine, res_company
