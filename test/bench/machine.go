package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// machine describes where the figures come from: one fact a row.
func machine(snug string) [][]string {
	return [][]string{
		{"date", time.Now().UTC().Format("2006-01-02 15:04 UTC")},
		{"cpu", fmt.Sprintf("%s, %d cores", valueIn("/proc/cpuinfo", "model name", ":"), runtime.NumCPU())},
		{"kernel", kernel()},
		{"distribution", strings.Trim(valueIn("/etc/os-release", "PRETTY_NAME", "="), `"`)},
		{"user", userKind()},
		{"load average", firstFields("/proc/loadavg", 3)},
		{"mounts", fmt.Sprint(countMounts())},
		{"go", runtime.Version()},
		{"snug", firstLine(snug, "--version")},
		{"bwrap", firstLine("bwrap", "--version")},
		{"unshare", firstLine("unshare", "--version")},
		{"crun", firstLine("crun", "--version")},
		{"libseccomp", strings.TrimPrefix(firstLine(peerBuilder(), "version"), "libseccomp ")},
		{"filters", filterKind()},
	}
}

// userKind: root is stopped by less and would measure something else.
func userKind() string {
	kind := "ordinary user"
	if os.Geteuid() == 0 {
		kind = "root"
	}
	if u, err := user.Current(); err == nil {
		return fmt.Sprintf("%s (%s, uid %s)", kind, u.Username, u.Uid)
	}
	return kind
}

func kernel() string {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return "unknown"
	}
	return unix.ByteSliceToString(u.Release[:]) + " " + unix.ByteSliceToString(u.Machine[:])
}

// filterKind is what a call under a filter depends on: programs are translated to machine
// code or not, and where returns are made safe against speculation each of them takes time.
func filterKind() string {
	jit := map[string]string{"0": "interpreted", "1": "compiled", "2": "compiled, with traces"}[firstFields("/proc/sys/net/core/bpf_jit_enable", 1)]
	text, err := os.ReadFile("/sys/devices/system/cpu/vulnerabilities/spec_rstack_overflow")
	if err != nil {
		return cmp.Or(jit, "unknown")
	}
	return cmp.Or(jit, "unknown") + "; returns: " + strings.TrimSpace(string(text))
}

func valueIn(file, name, separator string) string {
	text, _ := os.ReadFile(file)
	for line := range strings.Lines(string(text)) {
		key, value, ok := strings.Cut(line, separator)
		if ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func firstFields(file string, n int) string {
	text, _ := os.ReadFile(file)
	fields := strings.Fields(string(text))
	return strings.Join(fields[:min(n, len(fields))], " ")
}

func firstLine(name string, args ...string) string {
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		return "not there"
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}
