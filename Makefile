# The few commands of a day. `make help` lists them; CONTRIBUTING.md tells more.
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

# One job for each core, but never more than memory bears: the hungriest unit takes 1.3 GB.
JOBS ?= $(shell awk -v cores="$$(nproc)" '/^MemAvailable/ { fit = int($$2 / 1400000); \
          print fit < 1 ? 1 : fit < cores ? fit : cores }' /proc/meminfo)
ARGS ?=

.PHONY: help run build extension test bench lint tidy format reference drills clean
help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: build ## install what is missing, build, start; ARGS="serve -c oculus.yaml" are passed on
	@exec build/release/oculus $(ARGS)

build: packages-build node_modules/.package-lock.json ## leave the program in build/release/oculus
	@cmake --preset release --log-level=WARNING
	@cmake --build --preset release -j $(JOBS)

extension: build ## leave build/release/oculus_sqlite.so, with which any SQLite client reads the database
	@cmake --build --preset release -j $(JOBS) --target oculus_sqlite

test: packages-build packages-test node_modules/.package-lock.json ## build and run every test; ARGS="-R Writer" chooses
	@cmake --preset dev --log-level=WARNING
	@cmake --build --preset dev -j $(JOBS)
	@ctest --preset dev -j $(JOBS) --no-label-summary $(ARGS)

bench: build packages-bench ## measure what docs/performance.md reports; ARGS="--samples 5000" go to every program
	@cmake --preset bench --log-level=WARNING
	@cmake --build --preset bench -j $(JOBS) --target benches
	@scripts/bench $(ARGS)

lint: packages-build packages-test packages-lint node_modules/.package-lock.json ## form, shell scripts, leaks
	@scripts/lint

tidy: packages-build packages-test packages-lint node_modules/.package-lock.json ## clang-tidy over every source that changed since it was clean
	@cmake --preset dev --log-level=WARNING
	@scripts/tidy build/dev $(JOBS)

format: packages-lint ## write every C++ file in the form that lint asks for
	@git ls-files -z '*.cpp' '*.hpp' | xargs -0 clang-format-19 -i

reference: build ## write anew what the documents hold of the program, such as the tables of keys
	@scripts/reference build/release/oculus

drills: packages-drill ## what takes root or long: both first commands in a bare Debian 12
	@set -e; for drill in tests/drills/*; do "$$drill" $(ARGS); done

clean: ## forget everything built
	@rm -rf build node_modules

.PHONY: packages-build packages-test packages-lint packages-bench packages-drill
packages-build packages-test packages-lint packages-bench packages-drill: packages-%:
	@scripts/install-packages $*

# Scripts of packages are never run. npm writes the marker itself; the order of times decides.
node_modules/.package-lock.json: package.json package-lock.json | packages-build
	@echo "npm: bringing the page's libraries" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
