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
	{"proc-settings", Critical, "sysrq, core_pattern (CVE-2022-0811)", "nothing of the machine can be set", procSettings},
	{"proc-secrets", Medium, "kcore, kmsg, kpage*, timer_list", "closed", procSecrets},
	{"proc-keys", Medium, "names of keys in /proc", "closed or empty", procKeys},
	{"proc-hardware", Medium, "interrupts, config.gz, acpi, scsi ...", "closed or empty", procHardware},
	{"kernel-addresses", Medium, "where the kernel is in memory", "zeros", kernelAddresses},
	{"sys-read-only", Critical, "uevent_helper, power/state", "nothing of the machine can be set", sysReadOnly},
	{"sys-hidden", Medium, "firmware, powercap, debug, tracing", "empty", sysHidden},
	{"cgroups", Critical, "release_agent (CVE-2022-0492)", "no cgroup tree can be written to", cgroups},
	{"cgroup-path", Low, "the caller's cgroup", "its name doesn't show", cgroupPath},
}

// procSettings configure the whole machine.
func procSettings(*bait.Host) error {
	files := []string{
		"sysrq-trigger", "sys/kernel/core_pattern", "sys/kernel/modprobe", "sys/vm/drop_caches",
		"sys/vm/overcommit_memory", "sys/fs/binfmt_misc/register", "sys/fs/suid_dumpable", "sys/user/max_user_namespaces",
		"sys/kernel/randomize_va_space", "sys/kernel/unprivileged_bpf_disabled", "sys/kernel/core_uses_pid",
		"irq/default_smp_affinity", "mtrr", "scsi/scsi", "acpi/wakeup",
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

// procKeys lists keys with their names, one line each.
func procKeys(*bait.Host) error {
	return each([]string{"keys", "key-users"}, closedOrEmpty)
}

// procHardware tells machines apart, and tells when keys are pressed.
func procHardware(*bait.Host) error {
	return each([]string{"interrupts", "sched_debug", "config.gz", "acpi", "scsi", "asound", "irq", "driver", "mdstat"}, closedOrEmpty)
}

// closedOrEmpty looks at a file or a directory below /proc.
func closedOrEmpty(name string) error {
	path := "/proc/" + name
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil
	case info.IsDir() && len(list(path)) > 0:
		return fmt.Errorf("%s has %v", path, list(path)[0])
	case !info.IsDir() && read(path) == nil:
		return errors.New(path + " can be read")
	}
	return nil
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
		return nil
	}
	if st.Flags&unix.ST_RDONLY == 0 {
		return errors.New("/sys is writable")
	}
	files := []string{"power/state", "kernel/uevent_helper", "class/net/lo/ifalias", "kernel/mm/ksm/run", "kernel/uevent_seqnum"}
	return each(files, func(name string) error {
		return refusal("opening /sys/"+name, tryOpen("/sys/"+name, unix.O_WRONLY))
	})
}

// sysHidden are the kernel's doors that machines mount below /sys, and what says
// most about the hardware and what it does (CVE-2020-8694).
func sysHidden(*bait.Host) error {
	dirs := []string{
		"kernel/debug", "kernel/tracing", "kernel/security", "fs/bpf", "fs/pstore", "firmware", "power",
		"class/powercap", "devices/virtual/powercap",
	}
	return each(dirs, func(dir string) error {
		if got := list("/sys/" + dir); len(got) > 0 {
			return fmt.Errorf("/sys/%s has %v", dir, got[0])
		}
		return nil
	})
}

// cgroups: a writable tree would be a way to lift limits and to start a program
// on the host (CVE-2022-0492).
func cgroups(*bait.Host) error {
	return each(mountInfo(), func(m mountPoint) error {
		if strings.HasPrefix(m.fs, "cgroup") && !m.has("ro") {
			return errors.New(m.at + " is writable")
		}
		return nil
	})
}

func cgroupPath(*bait.Host) error {
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
