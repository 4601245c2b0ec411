# ruff: noqa: I001 - what others inherit first
from . import adjustment_run_criteria
from . import adjustment_run_template
from . import adjustment_run
from . import adjustment_run_customer
from . import adjustment_run_item
from . import adjustment_exclusion
from . import adjustment_run_message
from . import adjustment_run_slices
from . import adjustment_run_gather
from . import adjustment_run_propose
from . import adjustment_run_work
from . import adjustment_run_steps
from . import adjustment_run_figures
from . import adjustment_voucher
from . import res_company
