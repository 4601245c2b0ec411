# ruff: noqa: I001 - the remittance first, then what extends it
from . import remittance_options
from . import remittance
from . import remittance_screen
from . import remittance_line
from . import remittance_file
from . import remittance_match
from . import remittance_check
from . import remittance_message
from . import remittance_import
from . import remittance_report
from . import remittance_run
