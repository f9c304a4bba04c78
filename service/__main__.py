"""`python -m service` is `visavis`."""

import sys

from service.cli import main

sys.exit(main())
