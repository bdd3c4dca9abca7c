package userns

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
	"snug/userns/probe"
	"snug/userns/rootfs"
)

// machine is one with these files of /proc and no others; a name without a
// slash is a sysctl's.
func machine(files map[string]string) probe.Machine {
	return probe.Machine{Program: "/opt/snug", ReadFile: func(file string) ([]byte, error) {
		for name, text := range files {
			if name == file || "/proc/sys/"+strings.ReplaceAll(name, ".", "/") == file {
				return []byte(text), nil
			}
		}
		return nil, os.ErrNotExist
	}}
}

var (
	bare       = map[string]string{"/proc/self/status": "Seccomp:\t0\n"}
	filter     = map[string]string{"/proc/self/status": "Seccomp:\t2\n"}
	appArmor   = map[string]string{"/proc/self/status": "Seccomp:\t0\n", "kernel.apparmor_restrict_unprivileged_userns": "1\n"}
	withoutIDs = map[string]string{"/proc/self/status": "Uid:\t65534\t65534\t65534\t65534\nSeccomp:\t0\n", "/proc/self/uid_map": "", "/proc/self/gid_map": ""}
	weakRoot   = map[string]string{"/proc/self/status": "Uid:\t0\t0\t0\t0\nCapEff:\t0000000000000000\nSeccomp:\t2\n"}
	inPodman   = map[string]string{"/proc/self/status": "Seccomp:\t2\n", "/proc/self/mountinfo": "30 22 0:6 /null /proc/kcore rw - devtmpfs devtmpfs rw\n31 22 0:7 / /sys/firmware ro - tmpfs tmpfs ro\n"}
	masked     = map[string]string{"/proc/self/mountinfo": "30 22 0:6 /null /proc/kcore rw - devtmpfs devtmpfs rw\n"}
)

// failures are what goes wrong on machines of every kind.
var failures = []struct {
	name   string
	clone  bool
	do, on string
	errno  unix.Errno
	files  map[string]string
}{
	{"debian's switch", true, "", "", unix.EPERM, map[string]string{"kernel.unprivileged_userns_clone": "0"}},
	{"ubuntu's", true, "", "", unix.EACCES, appArmor},
	{"in docker", true, "", "", unix.EPERM, filter},
	{"in docker, with clone3 unknown", true, "", "", unix.ENOSYS, filter},
	{"in a chroot", true, "", "", unix.EPERM, bare},
	{"switched off", true, "", "", unix.ENOSPC, map[string]string{"user.max_user_namespaces": "0\n"}},
	{"switched off, and filtered", true, "", "", unix.ENOSYS, map[string]string{"user.max_user_namespaces": "0\n", "/proc/self/status": "Seccomp:\t2\n"}},
	{"too many", true, "", "", unix.ENOSPC, map[string]string{"user.max_user_namespaces": "10\n"}},
	{"too deep", true, "", "", unix.EUSERS, bare},
	{"as many as a sandbox around allows", true, "", "", unix.ENOSPC, map[string]string{"/proc/self/uid_map": "1000 1000 1\n"}},
	{"in a user namespace without ids", true, "", "", unix.EPERM, withoutIDs},
	{"too many processes", true, "", "", unix.EAGAIN, bare},
	{"no descriptors to clone with", true, "", "", unix.EMFILE, bare},
	{"no memory to clone with", true, "", "", unix.ENOMEM, bare},
	{"a filter or a chroot, and no /proc", true, "", "", unix.EPERM, nil},
	{"a filter, and no /proc", true, "", "", unix.ENOSYS, nil},
	{"an old kernel", true, "", "", unix.ENOSYS, bare},
	{"a kernel without a namespace", true, "", "", unix.EINVAL, bare},
	{"the portable executor without /proc", true, "", "", unix.ENOENT, nil},
	{"ubuntu's, later", false, "write", "/proc/self/uid_map", unix.EPERM, appArmor},
	{"ubuntu's, with newuidmap", false, "drop supplementary groups", "", unix.EPERM, appArmor},
	{"a newgidmap that lies", false, "drop supplementary groups", "", unix.EPERM, bare},
	{"no /dev", false, "bind", "/dev/null on /dev/null", unix.ENOENT, bare},
	{"no /proc", false, "write", "/proc/self/setgroups", unix.ENOENT, nil},
	{"a security module", false, "write", "/proc/self/uid_map", unix.EPERM, bare},
	{"root of a container without capabilities", false, "write", "/proc/self/uid_map", unix.EPERM, weakRoot},
	{"in podman", false, "set the hostname", "localhost", unix.EPERM, inPodman},
	{"behind a filter that forbids names", false, "set the hostname", "localhost", unix.EPERM, filter},
	{"in podman, later", false, "mount proc on", "/proc", unix.EPERM, inPodman},
	{"a masked /proc", false, "mount proc on", "/proc", unix.EPERM, masked},
	{"a masked /sys", false, "mount sysfs on", "/sys", unix.EPERM, bare},
	{"an odd size", false, "mount tmpfs for", "the new root", unix.EINVAL, bare},
	{"no mounts", false, "make private the mounts below", "/", unix.EACCES, bare},
	{"no mounts behind a filter", false, "make private the mounts below", "/", unix.EPERM, filter},
	{"no mounts in docker", false, "mount devpts on", "/dev/pts", unix.EPERM, filter},
	{"an initramfs", false, "enter the new root", "", unix.EINVAL, bare},
	{"vanished", false, "bind", "/x on /x", unix.ENOENT, bare},
	{"closed", false, "bind", "/x on /x", unix.EACCES, bare},
	{"moved", false, "bind", "/x on /x", unix.ELOOP, bare},
	{"no such directory", false, "change to directory", "/x", unix.ENOENT, bare},
	{"a closed directory", false, "change to directory", "/x", unix.EACCES, bare},
	{"no keyrings left", false, "leave the caller's keyring", "", unix.EDQUOT, bare},
	{"a kernel without filters", false, "install the filter", "of system calls", unix.EINVAL, bare},
	{"a filter with a listener around", false, "install the filter", "of system calls", unix.EBUSY, bare},
	{"ptrace forbidden", false, "take a descriptor", "of the new process", unix.EPERM, bare},
	{"another /dev", false, "make a terminal", "", unix.ENOENT, bare},
	{"all terminals in use", false, "make a terminal", "", unix.ENOSPC, bare},
	{"no descriptors for the listener", false, "hand over the listener", "of the filter", unix.EMFILE, bare},
	{"a profile without read", false, "hand over the listener", "of the filter", unix.ENOSYS, bare},
	{"another directory on /proc", false, "forbid", "user namespaces inside", unix.ENOENT, bare},
	{"a read-only /proc/sys", false, "forbid", "user namespaces inside", unix.EROFS, bare},
	{"too deep in landlock", false, "landlock", "domain", unix.E2BIG, bare},
	{"landlock and a moved path", false, "landlock rule for", "/x", unix.ELOOP, bare},
	{"landlock and a directory that became a file", false, "landlock rule for", "/x", unix.EINVAL, bare},
	{"landlock and a closed directory", false, "landlock rule for", "/x", unix.EACCES, bare},
	{"landlock behind a filter", false, "landlock", "ruleset", unix.EPERM, filter},
	{"landlock of an odd kernel", false, "landlock", "ruleset", unix.EINVAL, bare},
	{"few descriptors for landlock", false, "landlock", "ruleset", unix.EMFILE, bare},
	{"little memory for landlock", false, "landlock", "domain", unix.ENOMEM, bare},
	{"entered too late", false, enterStep, "", unix.ESRCH, bare},
	{"entered on an old kernel", false, enterStep, "", unix.EINVAL, bare},
	{"entered from elsewhere", false, enterStep, "", unix.EPERM, bare},
	{"ended while it is entered", false, forkStep, "", unix.ENOMEM, bare},
	{"full when it is entered", false, forkStep, "", unix.EAGAIN, bare},
	{"a long command that enters", false, "start the command", "", unix.E2BIG, bare},
	{"entered under a strict profile", false, "start the command", "", unix.EPERM, bare},
	{"many arguments", false, "start pid 1", "", unix.E2BIG, bare},
	{"no memfds", false, "start pid 1", "", unix.EACCES, bare},
	{"a high limit", false, "limit", "nofile", unix.EPERM, bare},
	{"few descriptors at the end", false, "arrange descriptors", "", unix.EINVAL, bare},
	{"few descriptors for pid 1", false, "take pid 1's image", "", unix.EINVAL, bare},
	{"few descriptors", false, "bind", "/x on /x", unix.EMFILE, bare},
	{"little memory", false, "bind", "/x on /x", unix.ENOMEM, bare},
	{"an old kernel, later", false, "mount tmpfs for", "the new root", unix.ENOSYS, bare},
	{"a filter, somewhere", false, "drop capabilities", "", unix.EPERM, filter},
	{"nothing known", false, "drop capabilities", "", unix.EPERM, bare},
}

func TestDiagnoses(t *testing.T) {
	saved := rules
	defer func() { rules = saved }()
	reached := make([]bool, len(saved))
	var all strings.Builder
	for _, f := range failures {
		try := func() *Error {
			e := &Error{Do: cmp.Or(f.do, "make the namespaces"), On: f.on, Err: f.errno}
			diagnose(e, f.clone, machine(f.files))
			return e
		}
		fmt.Fprintf(&all, "# %s\n%s\n", f.name, said(try()))
		for i := range saved { // the first that fits is the one
			if rules = saved[i : i+1]; try().Why != "" {
				reached[i] = true
				break
			}
		}
		rules = saved
	}
	golden(t, "diagnoses.txt", all.String())
	for i, r := range saved {
		if r.fix == "" && r.mend == nil || r.why == "" {
			t.Errorf("rule %d, %s%v: has no cause or no fix", i, r.do, r.errnos)
		}
		if !reached[i] && !strings.Contains(r.why, "not read it") { // has a test of its own
			t.Errorf("rule %d is never reached: %s%v: %s", i, r.do, r.errnos, r.why)
		}
	}
}

// The flag is the process's own, so this is asked of the real machine.
func TestDiagnosisOfAnUnreadableProgram(t *testing.T) {
	before, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Prctl(unix.PR_SET_DUMPABLE, uintptr(before), 0, 0, 0)
	unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	e := &Error{Do: "write", On: "/proc/self/setgroups", Err: unix.EACCES}
	diagnose(e, false, machine(bare))
	if !strings.Contains(e.Why, "not read it") || e.Fix == "" {
		t.Errorf("got %q, %q", e.Why, e.Fix)
	}
}

// Every call of every plan has words for its failure.
func TestExplainFailure(t *testing.T) {
	for name, spec := range specs() {
		p, err := Resolve(spec, testHost())
		if err != nil {
			t.Fatal(err)
		}
		prog := p.compile(doors{})
		for i, step := range prog.Steps {
			err := p.explainFailure(prog, &launch.Failure{Call: i, Errno: unix.EIO})
			var e *Error
			if !errors.As(err, &e) || step.Do == "" || e.Err != unix.EIO || e.Do != step.Do && step.Do != "execute" {
				t.Fatalf("%s, call %d: %v, step %v", name, i, err, step)
			}
		}
	}
	p := &Plan{}
	if got := p.explainFailure(p.compile(doors{}), &launch.Failure{Call: -1, Errno: unix.EIO}); got.Error() != "make the namespaces: input/output error" {
		t.Errorf("the clone: got %v", got)
	}
	if other := errors.New("x"); p.explainFailure(p.compile(doors{}), other) != other {
		t.Error("another error is passed on")
	}
}

// With helpers the namespaces are made by a second call, which can fail for the
// same causes.
func TestExplainFailureOfUnshare(t *testing.T) {
	p, err := Resolve(&Spec{Args: []string{"x"}, IDs: MapAuto}, testHost())
	if err != nil {
		t.Fatal(err)
	}
	prog := p.compile(doors{})
	for i, c := range prog.Calls {
		if c.Nr != unix.SYS_UNSHARE {
			continue
		}
		if e := p.explainFailure(prog, &launch.Failure{Call: i, Errno: unix.ENOSPC}).(*Error); e.Why == "" || e.Fix == "" {
			t.Errorf("%v: no cause or no fix", e)
		}
		return
	}
	t.Skip("it needs no second call")
}

func TestExplainCommand(t *testing.T) {
	dir := t.TempDir()
	script := dir + "/script"
	if err := os.WriteFile(script, []byte("#!/nonexistent\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	link, inHome := dir+"/shown/link", dir+"/shown/in-home"
	for _, err := range []error{os.Mkdir(dir+"/shown", 0o755), os.Symlink(script, link), os.WriteFile(inHome, []byte("#! "+script+" -x\n"), 0o755),
		unix.Mkfifo(dir+"/shown/fifo", 0o755)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	around := rootfs.Step{Op: rootfs.OpBind, Path: dir[1:] + "/shown", Source: dir + "/shown"}
	private := []rootfs.Step{{Op: rootfs.OpBind, Path: "tmp"}, {Op: rootfs.OpMkdir, Path: dir[1:]}, {Op: rootfs.OpBind, Path: "usr"}}
	shown := rootfs.Step{Op: rootfs.OpBind, Path: dir[1:], Source: dir}
	var all strings.Builder
	for _, c := range []struct {
		name  string
		p     Plan
		errno unix.Errno
	}{
		{"not in PATH", Plan{Args: []string{"nosuch"}, Paths: []string{"/bin/nosuch-command"}}, unix.ENOENT},
		{"not at its path", Plan{Args: []string{"/nosuch/x"}, Paths: []string{"/nosuch/x"}}, unix.ENOENT},
		{"not where it starts", Plan{Args: []string{"./nosuch"}, Paths: []string{"./nosuch"}, Dir: "/"}, unix.ENOENT},
		{"hidden", Plan{Args: []string{"script"}, Paths: []string{"/bin/nosuch", script}, View: private}, unix.ENOENT},
		{"hidden where it starts", Plan{Args: []string{"./script"}, Paths: []string{"./script"}, Dir: dir, View: private}, unix.ENOENT},
		{"its interpreter is missing", Plan{Args: []string{script}, Paths: []string{script}, View: append(private, shown)}, unix.ENOENT},
		{"a link to what is hidden", Plan{Args: []string{"link"}, Paths: []string{link}, View: append(private, around)}, unix.ENOENT},
		{"its interpreter is hidden", Plan{Args: []string{"in-home"}, Paths: []string{inHome}, View: append(private, around)}, unix.ENOENT},
		{"a pipe that nobody writes to", Plan{Args: []string{"fifo"}, Paths: []string{dir + "/shown/fifo"}, View: append(private, around)}, unix.ENOENT},
		{"a directory of that name", Plan{Args: []string{"x"}, Paths: []string{dir}}, unix.ENOENT},
		{"not executable", Plan{Args: []string{"x"}}, unix.EACCES},
		{"not a program", Plan{Args: []string{"x\x1b"}}, unix.ENOEXEC},
		{"too much", Plan{Args: []string{"x"}}, unix.E2BIG},
		{"too many", Plan{Args: []string{"x"}}, unix.EAGAIN},
		{"unknown", Plan{Args: []string{"x"}}, unix.EIO},
	} {
		fmt.Fprintf(&all, "# %s\n%s\n", c.name, said(c.p.explainCommand(c.errno)))
	}
	golden(t, "commands.txt", strings.ReplaceAll(all.String(), dir, "DIR"))
}
