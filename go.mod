module snug

go 1.26.0

// Go reads the caller's cgroup and mount table at every start to count its
// processors; snug doesn't use them for long enough to care.
godebug (
	containermaxprocs=0
	updatemaxprocs=0
)

require (
	github.com/alecthomas/kong v1.17.0
	github.com/coreos/go-systemd/v22 v22.7.0
	github.com/godbus/dbus/v5 v5.2.4
	github.com/google/go-cmp v0.7.0
	github.com/moby/profiles/seccomp v0.3.0
	github.com/pelletier/go-toml/v2 v2.4.3
	github.com/rogpeppe/go-internal v1.16.0
	golang.org/x/sys v0.49.0
)

require (
	github.com/opencontainers/runtime-spec v1.2.1 // indirect
	golang.org/x/tools v0.26.0 // indirect
)
