package userns

import (
	"strconv"

	"golang.org/x/sys/unix"

	"snug/userns/landlock"
	"snug/userns/rootfs"
)

// resolveLandlock turns the view into rules. What this machine or the wish doesn't allow
// is left out, and said, unless it is required.
func resolveLandlock(p *Plan, spec *Spec, h *Host) error {
	d := &p.Landlock
	if spec.Landlock == NoLandlock {
		d.Lacks = lackAll("it was to be left out", "leave out --no-landlock")
		return nil
	}
	d.ABI = h.LandlockABI
	if d.ABI == 0 {
		d.Lacks = lackAll(noLandlock(h.LandlockErr))
		return required(p, spec)
	}
	if lack := lackFiles(d.ABI, p.NestedUsers); lack != nil {
		d.Lacks = append(d.Lacks, *lack)
	} else {
		d.Files = landlock.Files(d.ABI)
		addRules(d, p.View)
	}
	if d.Scope = landlock.Scopes(d.ABI); d.Scope == 0 {
		why := "Landlock of this kernel has no scopes (its ABI is " + strconv.Itoa(d.ABI) + ")"
		d.Lacks = append(d.Lacks, lacks(why, "use Linux 6.12 or newer", landlock.LackSockets, landlock.LackSignals)...)
	}
	return required(p, spec)
}

func lackAll(why, fix string) []landlock.Lack {
	return lacks(why, fix, landlock.LackFiles, landlock.LackSockets, landlock.LackSignals)
}

// lacks are several things that are missing for one reason.
func lacks(why, fix string, whats ...string) (all []landlock.Lack) {
	for _, what := range whats {
		all = append(all, landlock.Lack{What: what, Why: why, Fix: fix})
	}
	return all
}

// noLandlock says why the kernel says no.
func noLandlock(err error) (why, fix string) {
	switch err {
	case unix.EOPNOTSUPP:
		return "Landlock is built into this kernel, but it was started without it",
			"as root, add landlock to the list after lsm= on the kernel's command line, before the others in /sys/kernel/security/lsm"
	case unix.ENOSYS:
		return "this kernel has no Landlock (CONFIG_SECURITY_LANDLOCK), or a seccomp filter around snug hides it",
			"use Linux 5.19 or newer with Landlock built in"
	}
	return "a seccomp filter of a container around snug forbids Landlock",
		"start that container with a profile that allows landlock_create_ruleset, landlock_add_rule and landlock_restrict_self"
}

// lackFiles says why there are no rules for files, if so.
func lackFiles(abi int, nested bool) *landlock.Lack {
	switch {
	case nested:
		// EPERM to mount, move_mount, umount and pivot_root (hook_sb_mount and its like,
		// security/landlock/fs.c): no sandbox inside could be made.
		return &landlock.Lack{What: landlock.LackFiles, Why: "they forbid all mounts, which sandboxes inside would have to make",
			Fix: "leave out --allow-userns"}
	case abi < landlock.FilesABI:
		return &landlock.Lack{What: landlock.LackFiles, Why: "Landlock of this kernel (its ABI is 1) can't allow a file to be moved from one directory to another",
			Fix: "use Linux 5.19 or newer"}
	}
	return nil
}

// required refuses a plan without what is required. A scope is only missed where there
// is no namespace for the same.
func required(p *Plan, spec *Spec) error {
	if spec.Landlock != LandlockRequired {
		return nil
	}
	for _, lack := range p.Landlock.Lacks {
		if lack.What == landlock.LackFiles || lack.What == landlock.LackSockets && p.Share&ShareNet != 0 || lack.What == landlock.LackSignals && p.Share&SharePID != 0 {
			return &Error{Do: "require landlock", On: "with " + lack.What, Err: unix.EOPNOTSUPP, Why: lack.Why, Fix: lack.Fix + "; or do without: leave out --require landlock"}
		}
	}
	return nil
}

// addRules adds a rule for every place that needs one.
func addRules(d *landlock.Domain, view []rootfs.Step) {
	d.Root()
	for i := range view {
		s := &view[i]
		if s.Op == rootfs.OpMkfile || s.Op == rootfs.OpSymlink || s.Inner && !s.ReadOnly || s.Op == rootfs.OpHold && s.Hold != rootfs.HoldFile {
			// The second place of a directory is the same inode as the first.
			continue
		}
		if s.Op == rootfs.OpMkdir && mountedOn(view[i+1:], s.Path) {
			continue
		}
		if place := placeOf(s); place.Writable || place.Devices || s.Op == rootfs.OpBind || s.Hold == rootfs.HoldFile {
			d.Add(place)
		}
	}
}

// mountedOn says whether one of steps covers path.
func mountedOn(steps []rootfs.Step, path string) bool {
	for i := range steps {
		if steps[i].Path == path {
			return true
		}
	}
	return false
}

// placeOf is what may be done in a place, by what makes it. A directory of ours may be
// written if its mode lets its owner, who is the command's user.
func placeOf(s *rootfs.Step) landlock.Place {
	place := landlock.Place{Path: s.Path, File: s.File, Devices: s.Devices}
	switch s.Op {
	case rootfs.OpMkdir, rootfs.OpTmpfs:
		place.Writable = s.Mode&unix.S_IWUSR != 0
	case rootfs.OpBind:
		place.Writable = !s.ReadOnly
	case rootfs.OpProc, rootfs.OpDevpts:
		place.Writable, place.Kernel = true, true
	}
	return place
}
