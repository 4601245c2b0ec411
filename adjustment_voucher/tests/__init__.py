from . import test_acceptance
from . import test_bounce
from . import test_defaults
from . import test_guard
from . import test_guard_entries
from . import test_guard_vouchers
from . import test_integration
