package userns

import (
	"sort"

	"golang.org/x/sys/unix"
)

// rlimits are the names of prlimit(1) and the numbers of setrlimit(2).
var rlimits = []struct {
	name   string
	number int
}{
	{"as", unix.RLIMIT_AS}, {"core", unix.RLIMIT_CORE}, {"cpu", unix.RLIMIT_CPU},
	{"data", unix.RLIMIT_DATA}, {"fsize", unix.RLIMIT_FSIZE}, {"locks", unix.RLIMIT_LOCKS},
	{"memlock", unix.RLIMIT_MEMLOCK}, {"msgqueue", unix.RLIMIT_MSGQUEUE}, {"nice", unix.RLIMIT_NICE},
	{"nofile", unix.RLIMIT_NOFILE}, {"nproc", unix.RLIMIT_NPROC}, {"rss", unix.RLIMIT_RSS},
	{"rtprio", unix.RLIMIT_RTPRIO}, {"rttime", unix.RLIMIT_RTTIME},
	{"sigpending", unix.RLIMIT_SIGPENDING}, {"stack", unix.RLIMIT_STACK},
}

// rlimitNumber is the resource's number, or -1.
func rlimitNumber(name string) int {
	for _, r := range rlimits {
		if r.name == name {
			return r.number
		}
	}
	return -1
}

// RlimitNames lists the resources that a [Rlimit] can name.
func RlimitNames() []string {
	names := make([]string, len(rlimits))
	for i, r := range rlimits {
		names[i] = r.name
	}
	sort.Strings(names)
	return names
}

// resolveLimits sets the process limit and keeps core dumps from the host's
// crash handler, unless the caller says otherwise.
func resolveLimits(p *Plan, spec *Spec, h *Host) error {
	p.Rlimits = append(p.Rlimits, coreLimit(h))
	if h.Nofile != nil {
		p.Rlimits = append(p.Rlimits, *h.Nofile)
	}
	if spec.PIDs >= 0 {
		p.Rlimits = append(p.Rlimits, pidsLimit(spec.PIDs, h))
	}
	for _, r := range spec.Rlimits {
		if rlimitNumber(r.Name) < 0 {
			return &Error{Do: "limit", On: r.Name, Err: unix.EINVAL,
				Why: "there is no such resource", Fix: "use a name of prlimit(1), such as nofile or fsize"}
		}
		if r.Soft > r.Hard {
			return &Error{Do: "limit", On: r.Name, Err: unix.EINVAL,
				Why: "the soft limit is above the hard one", Fix: "write SOFT:HARD with SOFT not above HARD"}
		}
		p.setRlimit(r)
	}
	return nil
}

// setRlimit replaces a limit: a hard one that was lowered first could not be
// raised again.
func (p *Plan) setRlimit(r Rlimit) {
	for i := range p.Rlimits {
		if p.Rlimits[i].Name == r.Name {
			p.Rlimits[i] = r
			return
		}
	}
	p.Rlimits = append(p.Rlimits, r)
}

// coreLimit is 1 byte: with 0 the kernel still starts a crash handler that
// core_pattern pipes to, on the host; with 1 it doesn't (fs/coredump.c).
func coreLimit(h *Host) Rlimit {
	n := min(1, h.Limits["core"])
	return Rlimit{"core", n, n}
}

// pidsLimit counts the processes of the new user namespace only: RLIMIT_NPROC
// is kept per user namespace since Linux 5.14 (d646969055).
func pidsLimit(n int, h *Host) Rlimit {
	if n == 0 {
		n = DefaultPIDs
	}
	limit := min(uint64(n), h.Limits["nproc"])
	return Rlimit{"nproc", limit, limit}
}
