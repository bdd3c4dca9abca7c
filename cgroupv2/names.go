package cgroupv2

import "slices"

// Names lists the sandboxes with a cgroup that this user runs, sorted, by the names that
// [Find] takes. The error is about a machine without cgroup v2.
func Names() ([]string, error) {
	h, err := findHierarchy()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, p := range treesBelow(h.mount, 0) {
		names = append(names, shortName(p))
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
