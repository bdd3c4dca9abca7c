package main

import (
	"fmt"
	"strings"

	"snug/idmap"
)

const lostIDs = "--map-auto, --map-users: chown, package managers, users besides you"

func (f *findings) moreIDs() (checks []check) {
	for i, kind := range []idmap.Kind{idmap.UIDs, idmap.GIDs} {
		c := check{Name: "subordinate " + kind.String() + "s", Question: "is a range of " + kind.String() + "s granted to you?", Lost: lostIDs}
		checks = append(checks, c.answer(f.ids[i].grantErr, "%s", ranges(f.ids[i].granted)))
	}
	for i, helper := range []string{"newuidmap", "newgidmap"} {
		c := check{Name: helper, Question: "is " + helper + " there, and able to map them?", Lost: lostIDs}
		checks = append(checks, c.answer(f.ids[i].helpErr, "installed, and privileged"))
	}
	c := check{Name: "map-auto run", Question: "does snug run --map-auto start a sandbox?", Lost: lostIDs}
	return append(checks, c.answer(f.auto.err, "true ran as root, with all of them mapped"))
}

func ranges(list []idmap.Range) string {
	const most = 3
	var words []string
	total := uint64(0)
	for i, r := range list {
		total += uint64(r.Count)
		if i < most {
			words = append(words, r.String())
		}
	}
	if len(list) > most {
		words = append(words, "...")
	}
	return fmt.Sprintf("%d: %s", total, strings.Join(words, ", "))
}
