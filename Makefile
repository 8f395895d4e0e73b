# make explains itself. What runs where: CONTRIBUTING.md.

# Tools, pinned. They are built once into the cache, from the Go module proxy.
GOLANGCI_LINT := v2.15.0
GOVULNCHECK   := v1.9.0
CYCLONEDX     := v1.10.0
CRANE         := v0.21.6
HELM          := v3.22.0
COSIGN        := v3.1.3
# Only the same compiler makes the same bytes of a release.
RELEASE_GO    := go1.26.8

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/kubectl-rio
LINT  := $(CACHE)/tools/golangci-lint-$(GOLANGCI_LINT)/golangci-lint
VULN  := $(CACHE)/tools/govulncheck-$(GOVULNCHECK)/govulncheck
SBOM  := $(CACHE)/tools/cyclonedx-gomod-$(CYCLONEDX)/cyclonedx-gomod
IMAGE := $(CACHE)/tools/crane-$(CRANE)/crane
CHART := $(CACHE)/tools/helm-$(HELM)/helm
SIGN  := $(CACHE)/tools/cosign-$(COSIGN)/cosign

# One set of flags for programs, tests and the sandbox's parts: what they share is compiled once.
# -buildvcs=false: the version says it, and a checkout without .git builds the same.
# -funcalign=16, which is usual on arm64: on amd64 it is 32, and what is between functions is 0.8 MB.
VERSION   ?= $(or $(shell git describe --tags --dirty 2>/dev/null),v0.0.0-dev)
GOFLAGS   += -trimpath -buildvcs=false
LDFLAGS    = -s -w -funcalign=16 -X github.com/kubectl-rio/kubectl-rio/pkg/cli.version=$(VERSION)
BUILD      = go build -ldflags '$(LDFLAGS)'
SANDBOX   := go -C test/sandbox run .
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
DIST_URL   = https://github.com/kubectl-rio/kubectl-rio/releases/download/$(VERSION)
export GOFLAGS
export CGO_ENABLED := 0
# A compiler allocates much and soon ends: collecting less often saves a sixth of its time.
export GOGC := 400

.PHONY: help
help: ## this list
	@echo 'make TARGET, of'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null || sed -n 's/^\([a-z-]*\):.*## /  \1  /p' $(MAKEFILE_LIST)
	@echo 'Without KUBECONFIG, test and demo make a cluster on this machine (Linux, root) and end it again.'

.PHONY: build
build: ## the plugin, into bin/
	$(BUILD) -o bin/kubectl-rio ./cmd/kubectl-rio

.PHONY: test
test: build ## all tests: the fast ones first, then those on a cluster
	go run ./test/runner test

.PHONY: soak
SOAK = losses faults crowd
soak: build ## hours: a million requests (draws docs/release.svg), a fault at every call, many people at once; or parts: make soak SOAK=losses
	go run ./test/runner soak $(SOAK)
	$(if $(filter losses,$(SOAK)),go run ./test/chart < bin/release.json > docs/release.svg)

.PHONY: demo
demo: build ## the walk-through on a cluster, with traffic that is measured
	go run ./test/runner demo

.PHONY: sandbox-up
sandbox-up: build ## start a real cluster on this machine, ready to use, and print how
	go run ./test/runner up

.PHONY: sandbox-down
sandbox-down: ## end it; Debian packages, net.ipv4.ip_forward=1 and the cache stay
	$(SANDBOX) down

.PHONY: verify
verify: lint ## formatting, vet, modules, lint, and that nothing generated is old
	test -z "$$(gofmt -l cmd pkg charts test | tee /dev/stderr)"
	go vet ./...
	go -C test/sandbox vet ./...
	go -C test/krew vet ./...
	go mod tidy -diff
	go -C test/sandbox mod tidy -diff
	go -C test/krew mod tidy -diff
	before=$$(git diff | sha256sum); go generate ./...; test "$$before" = "$$(git diff | sha256sum)" || { echo 'generated files were old:'; git diff --stat; exit 1; } >&2
	[ "$${CI:-}" != true ] || git diff --exit-code

.PHONY: lint
lint: $(LINT) ## golangci-lint, as .golangci.yml says
	$(LINT) run ./...
	cd test/sandbox && $(LINT) run --config ../../.golangci.yml ./...
	cd test/krew && $(LINT) run --config ../../.golangci.yml ./...

.PHONY: vuln
vuln: $(VULN) ## known vulnerabilities in what is linked
	$(VULN) ./...

.PHONY: bench
bench: build ## how fast it is, beside kubectl and bare lists, into bench/results/; or parts: make bench BENCH=weight
	command -v hyperfine >/dev/null || apt-get install -qq -y hyperfine >/dev/null
	mkdir -p bench/results
	go run ./test/runner bench $(BENCH)

.PHONY: dist
dist publish: VERSION := v$(shell sed -n 's/^version: //p' charts/rio/Chart.yaml)
dist: $(SBOM) ## what a release consists of, into dist/, and its krew manifests: archives, checksums, SBOM
	rm -rf dist
	GOTOOLCHAIN=$(RELEASE_GO) go run ./test/dist -version '$(VERSION)' -ldflags '$(LDFLAGS)' -sbom '$(SBOM)' -platforms '$(PLATFORMS)' -url '$(DIST_URL)'

.PHONY: dist-test
dist-test: dist ## the walk-through on a cluster, played with the program from the archive
	go run ./test/runner walkthrough dist

.PHONY: publish
publish: $(IMAGE) $(CHART) $(SBOM) ## image and chart to the registry REGISTRY=HOST/PATH; what was pushed is in dist/published.txt
	CRANE='$(IMAGE)' HELM='$(CHART)' CYCLONEDX='$(SBOM)' VERSION='$(VERSION)' GOTOOLCHAIN=$(RELEASE_GO) .ci/publish '$(REGISTRY)'

.PHONY: sign
sign: $(SIGN) ## what was released and published, without a key, by who runs this
	COSIGN='$(SIGN)' .ci/sign

.PHONY: clean
clean: ## remove what was built here; the cache of the sandbox and of tools stays
	rm -rf bin dist

# A tool is built where nothing else is, and moved at once: an interrupted build leaves none.
# $(call tool,FILE,PACKAGE@VERSION)
define tool
$(1):
	@echo 'building $(2), once' >&2
	GOBIN='$$(@D).new' GOFLAGS=-trimpath go install $(2)
	rm -rf '$$(@D)' && mv '$$(@D).new' '$$(@D)'
endef
$(eval $(call tool,$(LINT),github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT)))
$(eval $(call tool,$(VULN),golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK)))
$(eval $(call tool,$(SBOM),github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX)))
$(eval $(call tool,$(IMAGE),github.com/google/go-containerregistry/cmd/crane@$(CRANE)))
$(eval $(call tool,$(CHART),helm.sh/helm/v3/cmd/helm@$(HELM)))
$(eval $(call tool,$(SIGN),github.com/sigstore/cosign/v3/cmd/cosign@$(COSIGN)))
