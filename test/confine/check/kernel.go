package check

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

var kernelChecks = []Check{
	{"proc-settings", procSettings},
	{"proc-secrets", procSecrets},
	{"kernel-addresses", kernelAddresses},
	{"sys-read-only", sysReadOnly},
	{"sys-mounts", sysMounts},
	{"cgroups", cgroups},
	{"clock-and-machine", clockAndMachine},
	{"system-calls", systemCalls},
}

// procSettings configure the whole machine.
func procSettings(*bait.Host) error {
	files := []string{
		"sysrq-trigger", "sys/kernel/core_pattern", "sys/kernel/modprobe", "sys/vm/drop_caches",
		"sys/vm/overcommit_memory", "sys/fs/binfmt_misc/register", "sys/fs/suid_dumpable", "sys/user/max_user_namespaces",
		"sys/kernel/randomize_va_space", "sys/kernel/unprivileged_bpf_disabled", "sys/kernel/core_uses_pid",
		"irq/default_smp_affinity", "mtrr", "scsi/scsi", "acpi/wakeup", "1/mem",
	}
	return each(files, func(name string) error {
		return refusal("opening /proc/"+name+" for writing", tryOpen("/proc/"+name, unix.O_WRONLY))
	})
}

// procSecrets are for the machine's root.
func procSecrets(*bait.Host) error {
	files := []string{"kcore", "kmsg", "kpagecount", "kpageflags", "kpagecgroup", "timer_list", "vmallocinfo", "slabinfo", "pagetypeinfo"}
	return each(files, func(name string) error {
		return refusal("opening /proc/"+name, tryOpen("/proc/"+name, unix.O_RDONLY))
	})
}

// kernelAddresses would be half of an attack on the kernel.
func kernelAddresses(*bait.Host) error {
	for _, file := range []string{"/proc/kallsyms", "/proc/modules", "/proc/iomem"} {
		b, _ := os.ReadFile(file)
		for line := range strings.Lines(string(b)) {
			if strings.Contains(line, "ffffffff") || strings.HasPrefix(line, "ffff") {
				return fmt.Errorf("%s: %s", file, line)
			}
		}
	}
	return nil
}

func sysReadOnly(*bait.Host) error {
	var st unix.Statfs_t
	if err := unix.Statfs("/sys", &st); err != nil {
		return err
	}
	if st.Flags&unix.ST_RDONLY == 0 {
		return errors.New("/sys is writable")
	}
	files := []string{"power/state", "kernel/uevent_helper", "class/net/lo/ifalias", "kernel/mm/ksm/run", "kernel/uevent_seqnum"}
	return each(files, func(name string) error {
		return refusal("opening /sys/"+name, tryOpen("/sys/"+name, unix.O_WRONLY))
	})
}

// sysMounts are the kernel's doors that machines mount below /sys.
func sysMounts(*bait.Host) error {
	for _, dir := range []string{"/sys/kernel/debug", "/sys/kernel/tracing", "/sys/kernel/security", "/sys/fs/bpf", "/sys/fs/pstore", "/sys/firmware/efi/efivars"} {
		if got := list(dir); len(got) > 0 {
			return fmt.Errorf("%s has %v", dir, got)
		}
	}
	return nil
}

// cgroups: a writable tree would be a way to lift limits and to start a program
// on the host (CVE-2022-0492).
func cgroups(*bait.Host) error {
	for _, m := range mountInfo() {
		if strings.HasPrefix(m.at, "/sys/fs/cgroup") && !m.has("ro") {
			return errors.New(m.at + " is writable")
		}
	}
	b, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return err
	}
	for line := range bytes.Lines(b) {
		if !bytes.HasSuffix(bytes.TrimSpace(line), []byte(":/")) {
			return fmt.Errorf("the path on the host shows: %s", line)
		}
	}
	return nil
}

func clockAndMachine(*bait.Host) error {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_REALTIME, &now); err != nil {
		return err
	}
	return allRefused([]call{
		{"clock_settime", func() error { return unix.ClockSettime(unix.CLOCK_REALTIME, &now) }},
		{"reboot", func() error { return unix.Reboot(unix.LINUX_REBOOT_CMD_CAD_OFF) }},
		{"swapoff", func() error { return swapoff("/tmp/none") }},
		{"acct", func() error { return unix.Acct("") }},
		{"sethostname", func() error { return unix.Sethostname([]byte("changed")) }},
	})
}

func swapoff(path string) error {
	p, err := unix.BytePtrFromString(path)
	if err != nil {
		return err
	}
	return syscallWithPath(unix.SYS_SWAPOFF, p)
}
