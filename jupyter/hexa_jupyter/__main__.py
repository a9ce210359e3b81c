"""`python -m hexa_jupyter` runs the entrypoint."""

import sys

from hexa_jupyter.entrypoint import main

sys.exit(main())
