package main

import (
	"path/filepath"

	"snug/userns"
	"snug/userns/profile"
	"snug/userns/rootfs"
)

// staysInside refuses a path of a profile that lies where the command can write, and leads
// out of there by a link: the command of an earlier run may have made it, and a path that
// was looked at once would show, or open, something else every time.
//
// A flag is typed each time by somebody who can look; a profile isn't.
func (r *runCmd) staysInside(s *userns.Spec) error {
	if len(r.stack) == 0 {
		return nil
	}
	written := []string{s.Project}
	for _, m := range s.Mounts {
		if m.Kind == rootfs.Bind && !m.ReadOnly {
			written = append(written, m.Source)
		}
	}
	at := places()
	for _, v := range r.stack.Mounts() {
		source := at.Source(v)
		real, err := filepath.EvalSymlinks(source)
		if source == "" || err != nil {
			continue // it shows nothing; what is missing is said later
		}
		for _, top := range written {
			if top != "" && leadsOut(source, real, filepath.Clean(top)) {
				return linkError(v, real, top)
			}
		}
	}
	return nil
}

// leadsOut says whether source lies below top, and what it really is doesn't.
func leadsOut(source, real, top string) bool {
	realTop, err := filepath.EvalSymlinks(top)
	if err != nil || source == top {
		return false
	}
	below := rootfs.Within(source, top) || rootfs.Within(source, realTop)
	return below && !rootfs.Within(real, realTop)
}

func linkError(v *profile.Value, real, top string) error {
	return v.Wrong("it leads to "+real+" by a link in "+top+", where the command can write", "name the place itself, or make the link a file")
}
