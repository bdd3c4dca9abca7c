package cgroupv2

import (
	"math"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// readMemory reads MemoryMax and MemoryHigh. None at all is no limit systemd takes: not
// even the first process could start.
func readMemory(k kind, p *Property) error { return p.memory(k, 1) }

// readSwap reads limits that may be nothing.
func readSwap(k kind, p *Property) error { return p.memory(k, 0) }

// readProtection reads MemoryMin and MemoryLow, which are worth no more than what every
// cgroup above has ("Effective low boundary is limited by memory.low values of all
// ancestor cgroups", cgroup-v2.rst): with a user's default, nothing.
func readProtection(k kind, p *Property) error {
	err := p.memory(k, 0)
	if err != nil || p.held[0].spare {
		return err
	}
	p.held[0].beyond = func(d dir) (why, fix string) { return unprotected(d, k, p.Value) }
	return nil
}

// readStartupMemory reads the limits that count while the manager starts or stops.
// systemd has no percentages for these on D-Bus (257).
func readStartupMemory(k kind, p *Property) error {
	if _, ok := parsePermyriad(p.Value); ok {
		return p.flawed("systemd takes no percentage for it here", "write bytes with K, M, G or T: "+k.example())
	}
	err := p.memory(k, 0)
	if err == nil {
		p.held[0] = k.unlessStartup(p.held[0])
	}
	return err
}

// memory reads an amount, a percentage of the machine's memory, or infinity.
func (p *Property) memory(k kind, least uint64) error {
	h := held{file: k.file}
	if part, ok := parsePermyriad(p.Value); ok && part <= 10000 && part >= least {
		p.send(k.name+"Scale", scale(part))
		h.holds = func(content string) bool { return partOfMemory(content, scale(part)) }
		p.expect(h)
		return nil
	}
	n, ok := parseSize(p.Value, 1024)
	if p.Value == "infinity" {
		n, ok = unlimited, true
	}
	if !ok || n < least {
		return p.flawed("it is no amount of memory", "write bytes with K, M, G or T, a percentage of the memory, or infinity: "+k.example())
	}
	p.send(k.name, n)
	protects := strings.HasSuffix(k.name, "Min") || strings.HasSuffix(k.name, "Low")
	h.spare = n == unlimited && !protects || n == 0 && protects
	want := inPages(n)
	h.holds = func(content string) bool { return content == want }
	p.expect(h)
	return nil
}

// inPages is how the kernel shows an amount: in whole pages, and max if there are more
// than it counts (page_counter_memparse; PAGE_COUNTER_MAX).
func inPages(n uint64) string {
	size := uint64(os.Getpagesize())
	if n/size >= math.MaxInt/size {
		return "max"
	}
	return strconv.FormatUint(n/size*size, 10)
}

// partOfMemory says whether content is that part of the machine's memory. systemd works
// it out, and in a container takes the container's memory for the machine's.
func partOfMemory(content string, part uint32) bool {
	got, ok := decimal(content)
	var info unix.Sysinfo_t
	if !ok || unix.Sysinfo(&info) != nil {
		return false
	}
	size := uint64(os.Getpagesize())
	total := uint64(info.Totalram) * uint64(info.Unit) / size
	return got <= total*uint64(part)/math.MaxUint32*size
}

// unprotected names the cgroups above that have less of a protection than was asked for.
func unprotected(d dir, k kind, value string) (why, fix string) {
	content, err := d.read(k.file)
	if err != nil {
		return err.Error(), "try again"
	}
	var system, user []string // by whose manager they are
	for up := range above(d) {
		has, err := up.read(k.file)
		if err != nil {
			break // the root has no such file, and bounds nothing
		}
		name := path.Base(up.path)
		switch {
		case amount(has) >= amount(content):
		case strings.Contains(path.Dir(up.path), "/user@"):
			user = append(user, name)
		default:
			system = append(system, name)
		}
	}
	if len(user)+len(system) == 0 {
		return "", ""
	}
	return "the kernel protects no more than every cgroup above has, and " + k.file + " is less in " + strings.Join(append(user, system...), ", "),
		protectionFix(system, user, k.name+"="+value)
}

func protectionFix(system, user []string, setting string) string {
	var fixes []string
	for _, f := range []struct {
		units       []string
		who, manage string
	}{{system, "as root", "systemctl"}, {user, "as yourself", "systemctl --user"}} {
		if len(f.units) > 0 {
			fixes = append(fixes, f.who+": for u in "+strings.Join(f.units, " ")+"; do "+f.manage+" set-property $u "+setting+"; done")
		}
	}
	return strings.Join(fixes, "; ")
}

// amount is what a file says, where max is more than anything.
func amount(content string) uint64 {
	if content == "max" {
		return unlimited
	}
	n, _ := decimal(content)
	return n
}

// readWriteback reads MemoryZSwapWriteback. A kernel without the file writes back.
func readWriteback(k kind, p *Property) error {
	yes, err := p.boolean(k)
	if err != nil {
		return err
	}
	want := "0"
	if yes {
		want = "1"
	}
	p.expect(held{file: k.file, holds: is(want), spare: yes})
	return nil
}
