package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
	"snug/userns"
)

// cage is the cgroup of a sandbox: what was typed of it, and, once opened, the thing
// itself.
type cage struct {
	opts  cgroupv2.CellOptions
	cell  *cgroupv2.Cell
	asked bool     // for more than a number of processes
	many  bool     // user ids inside, each of which an rlimit counts by itself
	lost  bool     // in spite of the best effort
	exact bool     // an rlimit will not do for a number of processes
	words []string // the flags that only a cgroup can do, as they were typed

	before func() // what has to be done before the command runs
}

// FD and Place are what package userns wants of a cgroup.
func (c *cage) FD() int {
	if c.cell == nil {
		return -1 // not opened: --explain shows what would be done
	}
	return c.cell.FD()
}

// Place puts the sandbox there, and says what can't be held before the command runs.
func (c *cage) Place(ctx context.Context, pid int) error {
	slow := time.AfterFunc(time.Second, waiting)
	err := c.cell.Place(ctx, pid)
	slow.Stop()
	if c.before != nil {
		c.before()
	}
	if err != nil {
		return err
	}
	c.warn()
	if c.lost = c.cell.Leaf() == nil; c.lost && c.opts.Limits.PIDs != 0 {
		return c.cell.Missing()[0] // for withoutPIDs
	}
	return nil
}

// waiting tells somebody at a terminal what takes so long.
func waiting() {
	if isTerminal(int(os.Stderr.Fd())) {
		fmt.Fprintln(os.Stderr, "snug: waiting for systemd to make a scope")
	}
}

func (c *cage) open() (err error) {
	if c == nil {
		return nil
	}
	if c.cell, err = cgroupv2.NewCell(c.opts); err == nil && c.cell.FD() >= 0 {
		c.warn()
	}
	return err
}

func (c *cage) close() {
	if c != nil && c.cell != nil {
		c.cell.Close()
		c.cell = nil
	}
}

// leave is close at the end of this process.
func (c *cage) leave() {
	if c != nil && c.cell != nil {
		c.cell.Leave()
	}
}

// warn says which limits the kernel doesn't hold, where that was allowed. Accounts and
// processes are counted another way where there is no cgroup.
func (c *cage) warn() {
	for _, err := range c.cell.Missing() {
		what := "not enforced: "
		switch lost := c.cell.Leaf() == nil; {
		case lost && len(c.words) > 0:
			what += strings.Join(c.words, ", ") + ": "
		case lost && errors.Is(err, cgroupv2.ErrNoCgroup):
			continue
		case lost:
			what = "without a cgroup: "
		}
		tell(os.Stderr, plain(what+err.Error()), plain(causeOf(err)), plain(hintOf(err)))
	}
}

// cgroup says what bounds the sandbox. Without a word about it there is no cgroup, and
// nobody is asked for one.
func (r *runCmd) cgroup(s *userns.Spec) error {
	c := &cage{many: s.IDs == userns.MapAuto || s.IDs == userns.MapIDs}
	if err := r.limitWords(c); err != nil {
		return err
	}
	switch r.Limits {
	case "", "strict":
	case "best-effort":
		c.opts.BestEffort = true
	default:
		return &valueError{"limits", r.Limits, "strict or best-effort"}
	}
	for _, text := range r.Property {
		p, err := cgroupv2.ParseProperty(text)
		if err != nil {
			return err
		}
		// The last one wins, as for systemd; for a disk, of those for that disk.
		c.opts.Properties = append(slices.DeleteFunc(c.opts.Properties, p.Replaces), p)
		c.words = append(c.words, "--property "+text)
	}
	if r.Cgroup {
		c.words = append(c.words, "--cgroup")
	}
	bounds := len(c.opts.Properties) > 0 || c.opts.Limits.Asked()
	c.exact = r.exactLimits
	c.asked = bounds || r.Cgroup || r.Stats || c.exact && s.PIDs > 0
	if r.Stats && !bounds && !r.Cgroup {
		c.opts.BestEffort = true // there are accounts without a cgroup, too
	}
	if s.PIDs > 0 && (c.asked || cgroupv2.Likely()) {
		c.countPIDs(s)
	} else if !c.asked {
		return nil
	}
	if err := c.opts.Limits.Check(cgroupv2.Facts{MemoryTotal: memoryTotal(), CPUs: possibleCPUs(), PageSize: os.Getpagesize()}); err != nil {
		return err
	}
	c.opts.Account = true
	c.opts.TreeOptions.Name = cmp.Or(r.Name, s.Args[0])
	c.opts.Description = "snug: " + strings.Join(s.Args, " ")
	s.Cgroup = c
	return nil
}

// countPIDs has the cgroup count processes, all users' together, and say when there
// are too many. The rlimit, which says nothing, is one more, so that the cgroup's comes
// first.
func (c *cage) countPIDs(s *userns.Spec) {
	c.opts.Limits.PIDs = cgroupv2.Amount(s.PIDs)
	s.PIDs++
}

// withoutPIDs is for a sandbox that can't have its processes counted by a cgroup: the
// rlimit bounds them by itself, for each user id. It says whether there is another
// way; then the spec is for that.
func (c *cage) withoutPIDs(s *userns.Spec, err error) bool {
	var e *cgroupv2.Error
	if c == nil || c.exact || c.opts.Limits.PIDs == 0 || !errors.As(err, &e) {
		return false
	}
	counting := e.On == cgroupv2.PIDsLimit
	if !counting && c.asked && !c.lost {
		return false
	}
	switch {
	case c.many:
		tell(os.Stderr, "--pids-limit counts the processes of each user id inside by themselves",
			plain(e.Why), plain(e.Fix))
	case !counting && !c.lost && !errors.Is(err, cgroupv2.ErrNoCgroup):
		tell(os.Stderr, "without a cgroup: "+plain(e.Error()), plain(e.Why), plain(e.Fix))
	}
	c.opts.Limits.PIDs = 0
	s.PIDs--
	if !c.asked || c.lost {
		s.Cgroup = nil
	}
	return true
}

// limitWords reads the flags of the kernel's own limits.
func (r *runCmd) limitWords(c *cage) (err error) {
	l := &c.opts.Limits
	for _, w := range []struct {
		flag, text string
		read       func(string) error
	}{
		{"memory", r.Memory, func(s string) (err error) { l.Memory, err = cgroupv2.ParseSize(s, memoryTotal()); return }},
		{"memory-swap", r.MemorySwap, func(s string) (err error) { l.MemorySwap, err = cgroupv2.ParseSize(s, memoryTotal()); return }},
		{"memory-high", r.MemoryHigh, func(s string) (err error) { l.MemoryHigh, err = cgroupv2.ParseSize(s, memoryTotal()); return }},
		{"cpus", r.Cpus, func(s string) (err error) { l.CPUs, err = cgroupv2.ParseCPUs(s); return }},
		{"cpu-weight", r.CpuWeight, func(s string) (err error) { l.CPUWeight, err = cgroupv2.ParseWeight(s); return }},
		{"cpuset-cpus", r.CpusetCpus, func(s string) (err error) { l.CPUSet, err = cgroupv2.ParseCPUSet(s); return }},
		{"io-weight", r.IoWeight, func(s string) (err error) { l.IOWeight, err = cgroupv2.ParseWeight(s); return }},
	} {
		if w.text == "" {
			continue
		}
		if err := w.read(w.text); err != nil {
			return flagError(w.flag, err)
		}
		c.words = append(c.words, "--"+w.flag+" "+w.text)
	}
	for _, text := range r.IoMax {
		limit, err := cgroupv2.ParseIO(text)
		if err != nil {
			return flagError("io-max", err)
		}
		l.IO = append(l.IO, limit)
		c.words = append(c.words, "--io-max "+text)
	}
	return nil
}

// flagError names the flag in an error about its value.
func flagError(flag string, err error) error {
	var e *cgroupv2.Error
	if errors.As(err, &e) && !strings.Contains(e.Error(), "--") {
		named := *e
		named.Do = "--" + flag + ": " + e.Do
		return &named
	}
	return err
}

// memoryTotal is the machine's memory in bytes, as MemTotal of proc(5), or 0.
func memoryTotal() uint64 {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	return uint64(info.Totalram) * uint64(info.Unit)
}

// possibleCPUs is how many CPUs the machine can have, or 0: the last in a list such as
// 0-3, and one.
func possibleCPUs() int {
	b, err := os.ReadFile("/sys/devices/system/cpu/possible")
	if err != nil {
		return 0
	}
	list := strings.TrimSpace(string(b))
	n, err := strconv.Atoi(list[strings.LastIndexAny(list, "-,")+1:])
	if err != nil {
		return 0
	}
	return n + 1
}

// leaf is the cgroup, or nil.
func (c *cage) leaf() *cgroupv2.Leaf {
	if c == nil || c.cell == nil {
		return nil
	}
	return c.cell.Leaf()
}

// cageOf is the spec's cgroup, or nil.
func cageOf(s *userns.Spec) *cage {
	c, _ := s.Cgroup.(*cage)
	return c
}

// describe is for --dry-run.
func (c *cage) describe(row func(what, how string)) {
	how := "its own, below the caller's if that is delegated, or a scope of systemd's"
	if c.opts.BestEffort {
		how += "; without what can't be enforced"
	}
	row("cgroup", how)
	for _, line := range c.opts.Limits.Lines() {
		file, value, _ := strings.Cut(line, " ")
		row("  "+file, value)
	}
	for _, p := range c.properties() {
		row("  property", p)
	}
}

// properties are as they were typed.
func (c *cage) properties() []string {
	list := make([]string, len(c.opts.Properties))
	for i, p := range c.opts.Properties {
		list[i] = asUTF8(p.String())
	}
	return list
}
