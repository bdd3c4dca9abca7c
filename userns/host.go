package userns

import (
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"snug/idmap"
	"snug/seccomp"
	"snug/userns/internal/launch"
	"snug/userns/internal/origin"
	"snug/userns/probe"
	"snug/userns/rootfs"
)

// Host is what [Resolve] has to know about the machine and the caller.
type Host struct {
	UID, GID uint32
	User     string // login name, "" if there is none
	Homes    []string
	Env      []string
	Files    Facts
	// Limits are the caller's hard limits by name. Nofile is his limit on
	// descriptors, if Go has raised the soft one for this process.
	Limits map[string]uint64
	Nofile *Rlimit
	// Subordinate ids, asked for only by a Spec that needs them.
	SubUIDs, SubGIDs []idmap.Range
	Portable         bool
	// Kernel is asked for only by a Spec that has a profile.
	Kernel seccomp.Kernel
	// LandlockABI is the kernel's, and LandlockErr why it has none; asked for unless the
	// Spec leaves it out.
	LandlockABI int
	LandlockErr error
	// FixedSysctls says that /proc/sys can't be written here, asked for only by a Spec
	// without a /proc.
	FixedSysctls bool
	// WaitKillable says whether a thread that waits for a Supervisor can be left alone by
	// signals, asked for only by a Spec that has one.
	WaitKillable bool
}

// Facts answers questions about the host's files. Paths are absolute and clean.
type Facts interface {
	rootfs.Facts
	// Text is what is in a file, as far as it isn't longer than is sensible; nothing of what is no
	// regular file.
	Text(path string) string
	// Directories lists the directories in a directory, not by symlink, or as many as one
	// look shows.
	Directories(path string) []string
	// Writable says whether the caller can make something in a directory.
	Writable(path string) bool
}

// Gather asks this machine what Resolve has to know for spec. An error is about
// subordinate ids that spec wants and the machine doesn't have.
func Gather(spec *Spec) (*Host, error) {
	h := &Host{
		UID:      uint32(os.Geteuid()),
		GID:      uint32(os.Getegid()),
		Env:      os.Environ(),
		Files:    &files{known: map[string]rootfs.Kind{}},
		Limits:   hardLimits(),
		Nofile:   raisedNofile(),
		Portable: launch.Portable(),
	}
	name, home := passwd(h.UID)
	h.User = name
	// Both are private: HOME alone could be made to point away from the files.
	for _, dir := range []string{home, os.Getenv("HOME")} {
		if strings.HasPrefix(dir, "/") {
			h.Homes = append(h.Homes, dir)
		}
	}
	if spec.Landlock != NoLandlock {
		h.LandlockABI, h.LandlockErr = probe.Landlock()
	}
	if spec.NoProc {
		h.FixedSysctls = sysctlsFixed()
	}
	if spec.Supervisor != nil {
		h.WaitKillable = seccomp.Supports(unix.SECCOMP_FILTER_FLAG_NEW_LISTENER | unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
	}
	if spec.Seccomp != nil || len(spec.SeccompRules) > 0 {
		var err error
		if h.Kernel, err = seccomp.ThisKernel(); err != nil {
			return nil, err
		}
	}
	return h, h.subordinates(spec)
}

func (h *Host) subordinates(spec *Spec) (err error) {
	user := idmap.User{Name: h.User, UID: h.UID, GID: h.GID}
	custom := spec.IDs == MapIDs
	if spec.IDs == MapAuto || custom && len(spec.UIDs) > 0 && spec.UIDs.NeedsHelper(h.UID) {
		if h.SubUIDs, err = idmap.Subordinate(idmap.UIDs, user); err != nil {
			return err
		}
	}
	if spec.IDs == MapAuto || custom && len(spec.GIDs) > 0 && spec.GIDs.NeedsHelper(h.GID) {
		h.SubGIDs, err = idmap.Subordinate(idmap.GIDs, user)
	}
	return err
}

// passwd looks uid up in /etc/passwd: name and home. Without cgo there is no
// other source; a user who is not there has neither, and HOME says the rest.
func passwd(uid uint32) (name, home string) {
	b, err := os.ReadFile("/etc/passwd")
	if err != nil {
		return "", ""
	}
	for line := range strings.Lines(string(b)) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 7)
		if len(f) == 7 && f[2] == utoa(uid) {
			return f[0], f[5]
		}
	}
	return "", ""
}

// Home is the caller's home as the password database has it, or $HOME for a caller who isn't
// in it; "" if there is neither. The environment alone can't move it.
func Home() string {
	if _, home := passwd(uint32(os.Geteuid())); strings.HasPrefix(home, "/") {
		return path.Clean(home)
	}
	if home := os.Getenv("HOME"); strings.HasPrefix(home, "/") {
		return path.Clean(home)
	}
	return ""
}

// raisedNofile is the limit on descriptors that the command should have.
func raisedNofile() *Rlimit {
	soft, hard, known := origin.Nofile()
	if !known || soft == hard {
		return nil
	}
	return &Rlimit{"nofile", soft, hard}
}

func hardLimits() map[string]uint64 {
	limits := make(map[string]uint64, 2)
	for _, name := range []string{"core", "nproc"} {
		var l unix.Rlimit
		if unix.Prlimit(0, rlimitNumber(name), nil, &l) == nil {
			limits[name] = l.Max
		}
	}
	return limits
}
