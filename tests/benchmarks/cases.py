"""All that is measured, by key."""

import case_batch
import case_confirm
import case_exposure
import case_lists
import case_statement
import case_voucher

MODULES = (case_confirm, case_exposure, case_lists, case_statement, case_voucher, case_batch)
CASES = {case.key: case for module in MODULES for case in module.cases()}
