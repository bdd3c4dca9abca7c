# snug: build, demonstrate, test, measure, install. `make help` lists the targets.
#
# A target that runs the sandbox goes through test/as-user: root's part is to install
# packages and to make an ordinary user, and the work is done as that user.
# A target that ends in -here is the inner half and does no set-up.

PREFIX  ?= /usr/local
DESTDIR ?=

# Pinned, so that a new release of a linter can't break an old commit.
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
CROSS       = arm64 riscv64 s390x
# Tests with these build tags need more than a machine and a user. No file is left out by one
# of them, so that linters with all of them see everything.
BEDS        = vm,bed,tools,peers,shells,deb

# Packages a target needs: name, and the command or file that shows it is there.
FOR_TEST  = -p tmux:tmux -p less:less -p gcc:gcc -p libc6-dev:/usr/include/stdio.h -p make:make -p golang-github-containers-common:/usr/share/containers/seccomp.json -p groff-base:groff -p mandoc:mandoc
FOR_VM    = -p qemu-system-x86:qemu-system-x86_64 -p make:make
FOR_BED   = -p systemd:/lib/systemd/systemd -p dbus:dbus-daemon -p dbus-user-session:/usr/lib/systemd/user/dbus.socket -p strace:strace -p make:make \
            -p podman:podman -p crun:crun
# Names that begin with / are Debian's own, which an ordinary user finds as well: root may
# have a toolchain at home. A package without a file of its own shows in dpkg's.
FOR_TOOLS = $(FOR_TEST) $(patsubst %,-p %, \
	g++:g++ clang:clang libclang-rt-dev:/var/lib/dpkg/info/libclang-rt-dev.list \
	python3:/usr/bin/python3 python3-venv:/var/lib/dpkg/info/python3-venv.list nodejs:node npm:npm \
	default-jdk-headless:javac rustc:/usr/bin/rustc cargo:/usr/bin/cargo perl:/usr/bin/perl \
	strace:strace gdb:gdb valgrind:valgrind dpkg-dev:dpkg-source patch:patch fakeroot:fakeroot git:git \
	sqlite3:sqlite3 tmux:tmux bsdutils:script openssh-client:ssh-keygen gpg:gpg gpg-agent:gpg-agent openssl:openssl \
	xz-utils:xz bzip2:bzip2 zstd:zstd zip:zip unzip:unzip cpio:cpio rsync:rsync \
	man-db:man iproute2:ip curl:curl vim-tiny:vi nano:nano procps:top)
FOR_CONFINE = -p bubblewrap:bwrap -p firejail:firejail -p make:make
FOR_PRINT = -p bubblewrap:bwrap -p util-linux:unshare -p crun:crun -p runc:runc -p make:make
FOR_SHELLS = -p bash-completion:/usr/share/bash-completion/bash_completion -p zsh:zsh -p fish:fish -p make:make
FOR_DEB = -p dpkg-dev:dpkg-deb -p mmdebstrap:mmdebstrap -p lintian:lintian -p apparmor:/sbin/apparmor_parser -p make:make
FOR_BENCH = -p bubblewrap:bwrap -p crun:crun -p util-linux:unshare \
            -p libseccomp-dev:/usr/include/seccomp.h -p gcc:gcc -p libc6-dev:/usr/include/stdio.h

TESTFLAGS  ?=
BENCHFLAGS ?=

# A release unpacked in the usual place is found even if nobody set PATH.
export PATH := $(PATH):/usr/local/go/bin
export CGO_ENABLED := 0

# Version stamping needs a git that works here: a tarball has none, and root's git
# refuses a checkout that belongs to somebody else.
VCS   := $(shell git rev-parse -q --verify HEAD >/dev/null 2>&1 && echo auto || echo false)
# On amd64 the program starts at a stub of its own, see cmd/snug/boot_amd64.s.
ENTRY  = $(if $(filter amd64,$(shell go env GOARCH 2>/dev/null)),-E main.boot)
BUILD  = go build -trimpath -buildvcs=$(VCS) -ldflags='-s -w $(ENTRY)'
# What a package says it is: of the last commit, so that it can be made again.
EPOCH       := $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null || echo 0))
DEB_VERSION ?= $(shell git describe --tags --match 'v[0-9]*' 2>/dev/null | sed 's/^v//; s/-/+/g' | grep . || git log -1 --date=format:%Y%m%d --format=0~%cd.%h 2>/dev/null || echo 0~)
DEB_ARCH    ?= $(shell dpkg --print-architecture 2>/dev/null)
DEB_GOARCH   = $(patsubst ppc64el,ppc64le,$(patsubst armhf,arm,$(patsubst i386,386,$(DEB_ARCH))))
# Below PREFIX; for /usr these are where Debian's shells look.
BASH_DIR     = share/bash-completion/completions
ZSH_DIR      = share/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)
FISH_DIR     = share/fish/vendor_completions.d

INNER  = $(MAKE) --no-print-directory

.DEFAULT_GOAL := build
.PHONY: build demo demo-here test test-here confine confine-here test-print test-print-here test-shells test-shells-here test-vm test-vm-here test-bed test-bed-here test-tools test-tools-here race race-here \
        bench bench-here bench-part bench-smoke \
        lint format vet fix staticcheck cross install uninstall deb test-deb test-deb-here clean help need-go

build: need-go ## build bin/snug (the default)
	$(BUILD) -o bin/snug ./cmd/snug

demo: need-go ## build, then tour what a user namespace gives an ordinary user
	@echo "demo: running bin/snug demo as an ordinary user" >&2
	@test/as-user $(INNER) -s demo-here

demo-here: build
	@bin/snug demo

test: need-go ## run every test as an ordinary user, with both executors
	@echo "test: go test ./... as an ordinary user, twice: native, then portable executor" >&2
	@test/as-user $(FOR_TEST) $(INNER) -s test-here TESTFLAGS='$(TESTFLAGS)'

# What doesn't depend on the executor is not repeated with the other one: records and lists of
# sandboxes, refusals before there is one, what the CLI says and reads.
ALIKE = TestScript/^(completion|doctor|doctor_broken|dry_run|dry_run_limits|errors_cwd|errors_text|learn|life_detach|life_many|life_records|life_stats|limits_refused|limits_silent|limits_values|print|profile|profile_check|profile_project|usage)$$|TestTop|TestManyRuns

test-here: build
	@go build -buildvcs=false -o bin/summary ./test/summary
	@status=0; \
	bin/summary native -count=1 -timeout=20m $(TESTFLAGS) ./... || status=1; \
	SNUG_PORTABLE=1 bin/summary portable -count=1 -timeout=20m -skip '$(ALIKE)' $(TESTFLAGS) ./userns/... ./test/confine ./test/faults ./test/script || status=1; \
	exit $$status

confine: need-go ## what a sandbox stands: a table of snug, bubblewrap and firejail
	@echo "confine: asking snug, bubblewrap and firejail the same, as an ordinary user" >&2
	@test/as-user $(FOR_CONFINE) $(INNER) -s confine-here TESTFLAGS='$(TESTFLAGS)'

confine-here: build
	@rm -f bin/confine.txt
	@status=0; \
	go test -buildvcs=false -count=1 -timeout=3m -tags peers -run 'Peers|Problems|Width' $(TESTFLAGS) ./test/confine -table $(CURDIR)/bin/confine.txt >bin/confine.log 2>&1 || status=1; \
	cat bin/confine.txt; [ $$status -eq 0 ] || cat bin/confine.log >&2; \
	exit $$status

test-print: need-go ## run what --print prints, with bubblewrap, unshare, crun and runc
	@echo "test-print: running printed lines and bundles, as an ordinary user" >&2
	@test/as-user $(FOR_PRINT) $(INNER) -s test-print-here TESTFLAGS='$(TESTFLAGS)'

test-print-here: build
	@go build -buildvcs=false -o bin/summary ./test/summary
	@bin/summary print -count=1 -timeout=5m -tags peers $(TESTFLAGS) ./test/print

test-shells: need-go ## press tab in bash, zsh and fish
	@echo "test-shells: completing in bash, zsh and fish, as an ordinary user" >&2
	@test/as-user $(FOR_SHELLS) $(INNER) -s test-shells-here TESTFLAGS='$(TESTFLAGS)'

test-shells-here: build
	@go build -buildvcs=false -o bin/summary ./test/summary
	@bin/summary shells -count=1 -timeout=5m -tags shells $(TESTFLAGS) ./test/shells

test-deb: need-go ## make the package twice, install it in a fresh Debian, use it, purge it
	@echo "test-deb: a package, and a fresh Debian root for it, as an ordinary user" >&2
	@test/as-user $(FOR_DEB) $(INNER) -s test-deb-here TESTFLAGS='$(TESTFLAGS)'

test-deb-here: build
	@go build -buildvcs=false -o bin/summary ./test/summary
	@bin/summary deb -count=1 -timeout=9m -tags deb $(TESTFLAGS) ./test/deb

# Root's image is made by root; an ordinary user's run can make its own.
test-vm: need-go ## run the tests that need systemd and all of cgroup v2, on an emulated machine
	@echo "test-vm: an emulated machine, as an ordinary user" >&2
	@test/vm/image >/dev/null
	@test/as-user $(FOR_VM) $(INNER) -s test-vm-here TESTFLAGS='$(TESTFLAGS)'

test-vm-here: build
	@go build -buildvcs=false -o bin/summary ./test/summary
	@bin/summary vm -count=1 -timeout=10m -tags vm $(TESTFLAGS) ./test/vm

test-bed: need-go ## run the tests that need a user manager of systemd's (as root)
	@echo "test-bed: beside a user manager in namespaces of its own, as an ordinary user" >&2
	@test/as-user $(FOR_BED) -w test/bed/enter $(INNER) -s test-bed-here TESTFLAGS='$(TESTFLAGS)'

# In a scope, as what is started from a terminal is.
test-bed-here: build
	@go build -buildvcs=false -o bin/summary ./test/summary
	@status=0; \
	systemd-run --user --scope --quiet --collect bin/summary bed -p 1 -count=1 -timeout=5m -tags bed $(TESTFLAGS) ./test/bed ./cgroupv2 || status=1; \
	SNUG_PORTABLE=1 systemd-run --user --scope --quiet --collect bin/summary bed-portable -count=1 -timeout=5m -tags bed $(TESTFLAGS) ./test/bed || status=1; \
	exit $$status

test-tools: need-go ## run compilers, package managers, debuggers ... with the filter of system calls and without
	@echo "test-tools: as an ordinary user" >&2
	@test/as-user $(FOR_TOOLS) $(INNER) -s test-tools-here TESTFLAGS='$(TESTFLAGS)'

test-tools-here: build
	@go build -buildvcs=false -o bin/summary ./test/summary
	@bin/summary tools -count=1 -timeout=15m -tags tools $(TESTFLAGS) ./test/tools

race: need-go ## run the tests of the library under the race detector (needs gcc)
	@echo "race: go test -race ./idmap ./cgroupv2 ./userns/... as an ordinary user" >&2
	@test/as-user $(FOR_TEST) $(INNER) -s race-here TESTFLAGS='$(TESTFLAGS)'

race-here: build
	@go build -buildvcs=false -o bin/summary ./test/summary
	@CGO_ENABLED=1 bin/summary race -count=1 -race -timeout=5m $(TESTFLAGS) ./idmap ./cgroupv2 ./userns/...

bench: need-go ## compare with bubblewrap and other peers; writes test/bench/RESULTS.md
	@echo "bench: measuring as an ordinary user; a few minutes, best on an idle machine" >&2
	@mkdir -p bin
	@{ test/as-user $(FOR_BENCH) $(INNER) -s bench-here BENCHFLAGS='$(BENCHFLAGS)' && $(call BENCH_BED,$(BENCHFLAGS)); } >bin/RESULTS.md || \
		{ cat bin/RESULTS.md; echo "bench: a contestant failed; test/bench/RESULTS.md is unchanged" >&2; exit 1; }
	@mv bin/RESULTS.md test/bench/RESULTS.md
	@cat test/bench/RESULTS.md

# The second half is measured beside a user manager, which only root can start here.
BENCH_BED = if [ "$$(id -u)" -eq 0 ]; then test/as-user $(FOR_BED) -w test/bed/enter \
	systemd-run --user --scope --quiet --collect $(INNER) -s bench-here BENCHFLAGS='$(1)'; fi

bench-smoke: need-go ## run a few rounds of every benchmark; asserts no timing, writes nothing
	@echo "bench-smoke: a few rounds of everything; the figures mean nothing" >&2
	@test/as-user $(FOR_BENCH) $(INNER) -s bench-here BENCHFLAGS='-smoke'
	@$(call BENCH_BED,-smoke)

bench-part: need-go ## run one part of the benchmark, PART=seccomp; writes nothing
	@test/as-user $(FOR_BENCH) $(INNER) -s bench-here BENCHFLAGS='-only $(PART) $(BENCHFLAGS)'

# Installed, as a user has it: the linker writes through a mapping, and the page cache
# that leaves takes more page faults than that of a copy (6 % of a run, on ext4).
bench-here: build
	@go build -buildvcs=false -o bin/bench ./test/bench
	@$(CC) -O2 -Wall -Wextra -Werror -o bin/libseccomp-build test/bench/libseccomp/build.c -lseccomp
	@$(INNER) -s install DESTDIR=bin/ PREFIX=installed
	@bin/bench -snug bin/installed/bin/snug $(BENCHFLAGS)

lint: format vet fix staticcheck ## gofmt, go vet (also for a big-endian architecture), go fix, staticcheck

format: need-go
	@echo "lint: gofmt" >&2
	@unformatted=$$("$$(go env GOROOT)/bin/gofmt" -l .) && \
	[ -z "$$unformatted" ] || { echo "run gofmt -w on:" $$unformatted >&2; exit 1; }

vet: need-go
	@echo "lint: go vet, native and $(lastword $(CROSS))" >&2
	@go vet -buildvcs=false -tags $(BEDS) ./...
	@GOARCH=$(lastword $(CROSS)) go vet -buildvcs=false ./...

fix: need-go
	@echo "lint: go fix -diff" >&2
	@go fix -diff ./... || { echo "run go fix ./..." >&2; exit 1; }

staticcheck: need-go
	@echo "lint: $(STATICCHECK)" >&2
	@go run -buildvcs=false $(STATICCHECK) -tags $(BEDS) ./...

cross: need-go ## build for architectures this machine can't run
	@for arch in $(CROSS); do \
		echo "cross: $$arch" >&2; \
		GOARCH=$$arch go build -trimpath -buildvcs=$(VCS) -ldflags='-s -w' -o bin/snug-$$arch ./cmd/snug || exit 1; \
	done

# Not `build`: `sudo make install` should install what the user built, not build it
# again with root's cache, or fail because root has no Go.
install: bin/snug bin/share ## install to DESTDIR and PREFIX (default /usr/local), with manual pages and completions
	install -D -m 755 bin/snug '$(DESTDIR)$(PREFIX)/bin/snug'
	install -d '$(DESTDIR)$(PREFIX)/share/man/man1'
	install -m 644 bin/share/man/*.1 '$(DESTDIR)$(PREFIX)/share/man/man1'
	install -D -m 644 bin/share/completion/bash '$(DESTDIR)$(PREFIX)/$(BASH_DIR)/snug'
	install -D -m 644 bin/share/completion/zsh '$(DESTDIR)$(PREFIX)/$(ZSH_DIR)/_snug'
	install -D -m 644 bin/share/completion/fish '$(DESTDIR)$(PREFIX)/$(FISH_DIR)/snug.fish'

uninstall: bin/share ## remove from DESTDIR and PREFIX what install put there
	rm -f '$(DESTDIR)$(PREFIX)/bin/snug' '$(DESTDIR)$(PREFIX)/$(BASH_DIR)/snug' \
		'$(DESTDIR)$(PREFIX)/$(ZSH_DIR)/_snug' '$(DESTDIR)$(PREFIX)/$(FISH_DIR)/snug.fish'
	for page in bin/share/man/*.1; do rm -f '$(DESTDIR)$(PREFIX)'/share/man/man1/"$${page##*/}"; done

# The manual and the completions are made by the program itself, from its grammar.
bin/share: bin/snug
	@rm -rf $@ && mkdir -p $@/man $@/completion
	@SOURCE_DATE_EPOCH=$(EPOCH) bin/snug __man $@/man
	@for shell in bash zsh fish; do bin/snug completion $$shell >$@/completion/$$shell || exit 1; done

deb: need-go ## make dist/snug_VERSION_ARCH.deb: the same sources give the same bytes
	@test/need dpkg-dev:dpkg-deb
	@echo "deb: $(DEB_VERSION) for $(DEB_ARCH)" >&2
	@$(INNER) -s bin/share
	@GOARCH=$(DEB_GOARCH) go build -trimpath -buildvcs=$(VCS) -ldflags='-s -w $(if $(filter amd64,$(DEB_GOARCH)),-E main.boot)' -o bin/deb/snug ./cmd/snug
	@SOURCE_DATE_EPOCH=$(EPOCH) DEB_VERSION='$(DEB_VERSION)' DEB_ARCH=$(DEB_ARCH) cmd/snug/debian/build bin/deb/snug bin/share dist

bin/snug: $(shell find cmd userns idmap cgroupv2 seccomp go.mod go.sum -type f -not -path '*/testdata/*' -not -name '*_test.go' 2>/dev/null)
	@$(INNER) build

clean: ## remove what the targets made in this checkout
	rm -rf bin dist

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | while IFS='	' read -r target what; do \
		printf 'make %-12s %s\n' "$$target" "$$what"; done

need-go:
	@test/need-go
