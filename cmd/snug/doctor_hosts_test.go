package main

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
	"snug/idmap"
	"snug/userns"
	"snug/userns/probe"
)

// machine is one with these files and no others; a name without a slash is a sysctl's.
func machine(files map[string]string) probe.Machine {
	return probe.Machine{Program: "/usr/local/bin/snug", ReadFile: func(file string) ([]byte, error) {
		for name, text := range files {
			if name == file || "/proc/sys/"+strings.ReplaceAll(name, ".", "/") == file {
				return []byte(text), nil
			}
		}
		return nil, os.ErrNotExist
	}}
}

// with is the files of a sound machine, and these.
func with(pairs ...string) probe.Machine {
	files := map[string]string{
		"/proc/self/status": "Seccomp:\t0\n", "/proc/self/uid_map": "0 0 4294967295\n",
		"kernel.pid_max": "32768\n", "user.max_user_namespaces": "63000\n", "kernel.yama.ptrace_scope": "1\n",
	}
	for i := 0; i < len(pairs); i += 2 {
		files[pairs[i]] = pairs[i+1]
	}
	return machine(files)
}

var me = idmap.User{Name: "me", UID: 1000, GID: 1000}

// sound is a machine on which all works.
func sound(t *testing.T) *findings {
	t.Helper()
	plan, err := resolve(&userns.Spec{Args: []string{"true"}})
	if err != nil {
		t.Fatal(err)
	}
	worked := trial{steps: plan.Steps()}
	granted := ids{granted: []idmap.Range{{Start: 100000, Count: 65536}}}
	f := &findings{
		snug: "1.0", uid: 1000, user: "me", release: "6.1.0-44-amd64", arch: "x86_64", machine: with(),
		plain: worked, auto: worked, reported: worked, ids: [2]ids{granted, granted},
		limits: limits{
			mount: "/sys/fs/cgroup", manager: "/run/user/1000/systemd/private", runtimeDir: true, lingers: yes, tree: "snug-doctor-1234.scope",
		},
		listener: true, killable: true, landlock: 2,
	}
	for _, name := range []string{"cpu", "cpuset", "io", "memory", "pids"} {
		f.limits.controllers = append(f.limits.controllers, controller{name: name})
	}
	return f
}

// fails has every run end at a step, for the cause that the machine gives.
func (f *findings) fails(do, on string, errno unix.Errno) {
	e := &userns.Error{Do: do, On: on, Err: errno}
	e.Diagnose(f.machine)
	f.plain.err, f.auto.err, f.reported.err = e, e, e
}

// withoutCgroups has nobody to make one.
func (f *findings) withoutCgroups(err error) {
	f.limits = limits{mount: "/sys/fs/cgroup", managerErr: err, treeErr: err, runtimeDir: true}
}

// brokenHosts are machines on which something doesn't work, each for one reason.
func brokenHosts(t *testing.T) map[string]*findings {
	t.Helper()
	hosts := map[string]*findings{}
	for name, breakIt := range breaks {
		f := sound(t)
		breakIt(t, f)
		hosts[name] = f
	}
	return hosts
}

var breaks = map[string]func(*testing.T, *findings){
	"no subordinate ids": func(t *testing.T, f *findings) {
		none := idmap.Source{Files: fstest.MapFS{
			"etc/subuid": &fstest.MapFile{Data: []byte("you:100000:65536\n")}, "etc/subgid": &fstest.MapFile{Data: []byte("you:100000:65536\n")},
		}, Getsubids: func(idmap.Kind, string) (string, error) { return "", fs.ErrNotExist }}
		for i, kind := range []idmap.Kind{idmap.UIDs, idmap.GIDs} {
			f.ids[i] = ids{}
			_, f.ids[i].grantErr = none.Subordinate(kind, me)
		}
		f.auto = trial{err: f.ids[0].grantErr}
	},
	"no newuidmap": func(t *testing.T, f *findings) {
		f.ids[0].helpErr = &idmap.HelperError{Reason: idmap.HelperMissing}
		f.auto.err = f.ids[0].helpErr
	},
	"user namespaces off": func(t *testing.T, f *findings) {
		f.machine = with("user.max_user_namespaces", "0\n")
		f.fails(userns.CloneStep, "", unix.ENOSPC)
	},
	"Debian's switch": func(t *testing.T, f *findings) {
		f.machine = with("kernel.unprivileged_userns_clone", "0\n")
		f.fails(userns.CloneStep, "", unix.EPERM)
	},
	"AppArmor": func(t *testing.T, f *findings) {
		f.machine = with("kernel.apparmor_restrict_unprivileged_userns", "1\n")
		f.fails("write", "/proc/self/uid_map", unix.EPERM)
	},
	"AppArmor, with a profile": func(t *testing.T, f *findings) {
		f.machine = with("kernel.apparmor_restrict_unprivileged_userns", "1\n")
	},
	"AppArmor, with a profile, in podman": func(t *testing.T, f *findings) {
		f.machine = with("kernel.apparmor_restrict_unprivileged_userns", "1\n", "/proc/self/mountinfo", "30 22 0:6 /null /proc/kcore rw - devtmpfs devtmpfs rw\n")
		f.fails("mount proc on", "/proc", unix.EPERM)
	},
	"no user bus": func(t *testing.T, f *findings) {
		f.withoutCgroups(&cgroupv2.Error{Do: "ask systemd for a scope", Err: cgroupv2.ErrNoCgroup,
			Why: "no systemd user manager answers", Fix: "log in through PAM (ssh, console)"})
	},
	"a silent bus": func(t *testing.T, f *findings) {
		f.withoutCgroups(&cgroupv2.Error{Do: "ask systemd for a scope", Err: cgroupv2.ErrDeadline,
			Why: "what listens on /run/user/1000/bus took the connection and then said nothing in time", Fix: "see whether it lives: systemctl --user status"})
	},
	"Debian's delegation": func(t *testing.T, f *findings) {
		for i, c := range f.limits.controllers {
			if c.name == "io" || c.name == "cpuset" {
				f.limits.controllers[i].err = &cgroupv2.Error{Do: "use the controller", On: c.name, Err: cgroupv2.ErrNotEnforced,
					Why: "the controller " + c.name + " is not delegated to you", Fix: "as root: write /etc/systemd/system/user@.service.d/delegate.conf"}
			}
		}
		f.limits.lingers, f.limits.runtimeDir = no, false
	},
	"in docker": func(t *testing.T, f *findings) {
		f.machine = with("/.dockerenv", "", "/proc/self/status", "Seccomp:\t2\n", "/proc/self/uid_map", "0 1000 1\n")
		f.fails(userns.CloneStep, "", unix.EPERM)
		f.withoutCgroups(&cgroupv2.Error{Do: "look for cgroup v2", Err: cgroupv2.ErrNoCgroup, Why: "it is not mounted", Fix: "mount it"})
		f.limits.mountErr = f.limits.treeErr
		f.listener, f.killable, f.landlockErr, f.mountErr = false, false, unix.EPERM, unix.EPERM
	},
	"in podman": func(t *testing.T, f *findings) {
		f.machine = with("/run/.containerenv", "engine=podman\n", "/proc/self/mountinfo", "30 22 0:6 /null /proc/kcore rw - devtmpfs devtmpfs rw\n")
		f.fails("mount proc on", "/proc", unix.EPERM)
	},
	"inside snug": func(t *testing.T, f *findings) {
		f.machine = with("/proc/1/cmdline", "snug:init\x00true\x00", "/.dockerenv", "", "/proc/self/status", "Seccomp:\t2\n", "user.max_user_namespaces", "0\n")
		f.fails(userns.CloneStep, "", unix.ENOSYS)
	},
	"ptrace forbidden": func(t *testing.T, f *findings) {
		f.machine = with("kernel.yama.ptrace_scope", "3\n")
		e := &userns.Error{Do: "take a descriptor", On: "of the new process", Err: unix.EPERM}
		e.Diagnose(f.machine)
		f.reported.err = e
	},
	"no /proc": func(t *testing.T, f *findings) {
		f.machine = machine(nil)
		f.fails("write", "/proc/self/uid_map", unix.ENOENT)
	},
	"an old kernel": func(t *testing.T, f *findings) {
		f.release, f.landlockErr, f.mountErr, f.killable, f.listener = "4.19.0", unix.ENOSYS, unix.ENOSYS, false, false
		f.fails(userns.CloneStep, "", unix.ENOSYS)
	},
	"Landlock off, memory not executable": func(t *testing.T, f *findings) {
		f.machine, f.portable, f.landlockErr = with("vm.memfd_noexec", "2\n"), true, unix.EOPNOTSUPP
	},
	"cgroup v1": func(t *testing.T, f *findings) {
		f.withoutCgroups(&cgroupv2.Error{Do: "look for cgroup v2", Err: cgroupv2.ErrNoCgroup, Why: "it is not mounted", Fix: "boot with systemd.unified_cgroup_hierarchy=1"})
		f.limits.mountErr = f.limits.treeErr
	},
	"everything hangs": func(t *testing.T, f *findings) {
		slow := &lateError{"run true in a sandbox", runTime}
		f.plain, f.auto, f.reported = trial{err: slow}, trial{err: slow}, trial{err: slow}
		f.ids[0].grantErr = &lateError{"look up subordinate ids", probeTime}
		f.withoutCgroups(&lateError{"look for a user manager", probeTime})
	},
	"root": func(t *testing.T, f *findings) { f.uid, f.user = 0, "root" },
}
