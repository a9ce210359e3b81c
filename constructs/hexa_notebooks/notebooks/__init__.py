"""An installation: its configuration, the checks across components, its charts and its manifests."""

# However NotebooksConfig is imported, its checks come with it. `config` cannot import them: they are about its fields.
from hexa_notebooks.notebooks import checks as checks
