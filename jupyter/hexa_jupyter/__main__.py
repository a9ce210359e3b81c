"""`python -m hexa_jupyter`: the entrypoint."""

import sys

from hexa_jupyter.entrypoint import main

sys.exit(main())
