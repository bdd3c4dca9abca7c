package userns

import (
	"strings"

	"snug/userns/profile"
)

// ParseRlimit reads NAME=SOFT[:HARD], as prlimit(1) calls it, with sizes as 512M, or max.
func ParseRlimit(s string) (r Rlimit, ok bool) {
	name, value, ok := strings.Cut(s, "=")
	if !ok {
		return r, false
	}
	soft, hard, both := strings.Cut(value, ":")
	if !both {
		hard = soft
	}
	r.Name = strings.TrimPrefix(strings.ToLower(name), "rlimit_")
	if r.Soft, ok = profile.Size(soft); ok {
		r.Hard, ok = profile.Size(hard)
	}
	return r, ok
}
