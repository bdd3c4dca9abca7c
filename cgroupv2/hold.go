package cgroupv2

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// hold writes the limits to a leaf and reads every one back. Those that the kernel
// doesn't hold are returned as missing; an error is something else.
func hold(d dir, limits *Limits, absent []string) (missing []*Error, err error) {
	for _, s := range limits.settings() {
		if slices.Contains(absent, s.controller) {
			missing = append(missing, undelegated(d, s))
			continue
		}
		if e := s.hold(d); e != nil {
			if gone(e.Err) && !d.has("cgroup.procs") {
				return missing, e
			}
			missing = append(missing, e)
		} else if s.file == "io.weight" {
			if e := weigh(d, limits.IOWeight); e != nil {
				missing = append(missing, e)
			}
		}
	}
	return missing, nil
}

// hold writes one setting and looks at what came of it.
func (s setting) hold(d dir) *Error {
	if err := d.write(s.file, s.value); err != nil {
		if errors.Is(err, unix.ENOENT) && s.needless() {
			return nil
		}
		return s.refused(d, err)
	}
	got, err := d.read(cmp.Or(s.shown, s.file))
	if err != nil {
		return s.refused(d, err)
	}
	if !s.same(s.value, got) {
		return &Error{Do: "hold", On: s.what, Err: ErrNotEnforced,
			Why: "the kernel took " + s.value + " for " + s.file + " and made it " + quote(got), Fix: "give a value that it takes as it is: " + s.flag}
	}
	return nil
}

// needless is a bound on swap where a kernel without swap has no file for it: there is
// nothing to bound.
func (s setting) needless() bool {
	if s.file != "memory.swap.max" {
		return false
	}
	text, err := os.ReadFile("/proc/swaps")
	return err != nil && errors.Is(err, os.ErrNotExist) || err == nil && strings.Count(string(text), "\n") <= 1
}

// refused says why the kernel doesn't take a setting.
func (s setting) refused(d dir, err error) *Error {
	e := &Error{Do: "hold", On: s.what, Err: fmt.Errorf("%w: %w", ErrNotEnforced, err), Why: "the kernel refuses " + s.value + " for " + s.file, Fix: "see what it takes: cgroup-v2.rst, " + s.file}
	switch {
	case errors.Is(err, unix.ENOENT):
		e.Why, e.Fix = "this kernel has no "+s.file, "use a newer kernel, or leave out "+s.flag
	case errors.Is(err, unix.ENODEV) && s.controller == "io":
		e.Why, e.Fix = "it is not a disk that the kernel can hold back: partitions and pseudo devices are not", "name the whole disk: lsblk"
	}
	return e
}

// undelegated is a setting whose controller was not handed down.
func undelegated(d dir, s setting) *Error {
	return withoutController(s.controller, "hold", s.what, ", so "+s.file+" doesn't exist in "+d.path)
}

// withoutController is about something that a controller is needed for which isn't there.
func withoutController(controller, do, what, so string) *Error {
	e := &Error{Do: do, On: what, Err: ErrNotEnforced,
		Why: "the controller " + controller + " is not delegated to you" + so, Fix: delegationFix(controller)}
	if on, mount := byVersion1(controller); on {
		e.Why = "the controller " + controller + " is taken by cgroup v1 (" + mount + "), so cgroup v2 can't have it"
		e.Fix = "boot with systemd.unified_cgroup_hierarchy=1"
	}
	return e
}

// byVersion1 says whether and where a hierarchy of cgroup v1 has the controller.
func byVersion1(controller string) (bool, string) {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return false, ""
	}
	if controller == "io" {
		controller = "blkio"
	}
	for line := range strings.Lines(string(text)) {
		before, after, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " - ")
		f, g := strings.Fields(before), strings.Fields(after)
		if len(f) > 4 && len(g) == 3 && g[0] == "cgroup" && slices.Contains(strings.Split(g[2], ","), controller) {
			return true, unescape(f[4])
		}
	}
	return false, ""
}

func quote(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}
