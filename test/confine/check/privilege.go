package check

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

var privilegeChecks = []Check{
	{"no-new-privs", Critical, "privilege by exec", "no_new_privs is set, for pid 1 too", noNewPrivs},
	{"filter", Critical, "the whole kernel in reach", "a seccomp filter is on, for pid 1 too", filter},
	{"capabilities", Critical, "capabilities kept (CVE-2022-29162)", "all five sets as promised", capabilities},
	{"set-user-id", Critical, "setuid programs, file capabilities", "such a program gains nothing", setUserID},
	{"supplementary-groups", High, "groups of the caller", "none, or unmapped", groups},
	{"setgroups", High, "a group given up (CVE-2014-8989)", "setgroups is denied where a map is single", setgroups},
}

// status is a field of a status file below /proc.
func status(pid, field string) string {
	b, _ := os.ReadFile("/proc/" + pid + "/status")
	for line := range strings.Lines(string(b)) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// statusIs holds for this process and for pid 1, which everything inside may
// talk to.
func statusIs(field, want string) error {
	return each([]string{"self", "1"}, func(pid string) error {
		if got := status(pid, field); got != want {
			return fmt.Errorf("%s of %s is %q", field, pid, got)
		}
		return nil
	})
}

func noNewPrivs(*bait.Host) error { return statusIs("NoNewPrivs", "1") }

func filter(*bait.Host) error { return statusIs("Seccomp", "2") }

func capabilities(h *bait.Host) error {
	none := strings.Repeat("0", 16)
	want := map[string]string{"CapPrm": h.Caps, "CapEff": h.Caps, "CapBnd": h.Caps, "CapInh": none, "CapAmb": none}
	for field, caps := range want {
		if got := status("self", field); got != caps {
			return fmt.Errorf("%s is %s, and not %s", field, got, caps)
		}
	}
	return nil
}

// setUserID starts such a program with a variable at which the loader prints what
// the kernel told it. A program that gained something is deaf to it.
func setUserID(*bait.Host) error {
	programs := []string{"/usr/bin/su", "/usr/bin/passwd", "/usr/bin/newgrp", "/usr/bin/newuidmap", "/usr/bin/chsh"}
	found := false
	err := each(programs, func(file string) error {
		if _, err := os.Stat(file); err != nil {
			return nil
		}
		found = true
		cmd := exec.Command(file, "--help")
		cmd.Env = []string{"LD_SHOW_AUXV=1"}
		out, _ := cmd.CombinedOutput()
		if euid := auxv(string(out), "AT_EUID"); euid != strconv.Itoa(os.Getuid()) {
			return fmt.Errorf("%s runs as %q: %.60q", file, euid, out)
		}
		return nil
	})
	if !found {
		return ErrNone
	}
	return err
}

// auxv is a value that the loader printed.
func auxv(out, name string) string {
	for line := range strings.Lines(out) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// overflow is what an id is called that isn't mapped.
const overflow = 65534

func groups(h *bait.Host) error {
	list, err := os.Getgroups()
	if err != nil {
		return err
	}
	for _, g := range list {
		if g != os.Getgid() && g != overflow {
			return fmt.Errorf("in group %d", g)
		}
	}
	if h.Mode == "auto" && len(list) > 0 {
		return fmt.Errorf("in groups %v", list)
	}
	return nil
}

// setgroups: giving a group up can open what was closed to it (CVE-2014-8989).
// With a map that newgidmap wrote there is nothing left to give up.
func setgroups(h *bait.Host) error {
	if h.Mode == "auto" {
		return nil
	}
	return refusedWith("setgroups", unix.Setgroups([]int{}), unix.EPERM)
}
