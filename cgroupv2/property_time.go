package cgroupv2

import "strings"

// timeUnits are those of systemd.time(7) in microseconds, in the order in which systemd
// looks for them: M is a month, m a minute. Months and years are averages.
var timeUnits = []struct {
	suffix string
	usec   uint64
}{
	{"seconds", 1e6}, {"second", 1e6}, {"sec", 1e6}, {"s", 1e6},
	{"minutes", 60e6}, {"minute", 60e6}, {"min", 60e6},
	{"months", 2629800e6}, {"month", 2629800e6}, {"M", 2629800e6},
	{"msec", 1e3}, {"ms", 1e3}, {"m", 60e6},
	{"hours", 3600e6}, {"hour", 3600e6}, {"hr", 3600e6}, {"h", 3600e6},
	{"days", 86400e6}, {"day", 86400e6}, {"d", 86400e6},
	{"weeks", 604800e6}, {"week", 604800e6}, {"w", 604800e6},
	{"years", 31557600e6}, {"year", 31557600e6}, {"y", 31557600e6},
	{"usec", 1}, {"us", 1}, {"\u03bcs", 1}, {"\u00b5s", 1}, // Greek mu, and the micro sign
}

// parseTime reads a time as systemd's parse_sec does: 90, 1.5s, 1min 30s, infinity.
func parseTime(s string) (sum uint64, ok bool) {
	s = strings.Trim(s, blanks)
	if s == "infinity" {
		return unlimited, true
	}
	for {
		n, rest, ok := digits(s)
		if !ok {
			return 0, false
		}
		fraction := ""
		if firstByte(rest) == '.' {
			after := strings.TrimLeft(rest[1:], "0123456789")
			if fraction = rest[1 : len(rest)-len(after)]; fraction == "" {
				return 0, false
			}
			rest = after
		}
		unit, after := timeUnit(strings.TrimLeft(rest, blanks))
		if len(after) == len(rest) && rest != "" {
			return 0, false // 12.34.56
		}
		if sum, ok = sumTime(sum, n, fraction, unit); !ok {
			return 0, false
		}
		if s = strings.TrimLeft(after, blanks); s == "" {
			return sum, true
		}
	}
}

func timeUnit(s string) (usec uint64, rest string) {
	for _, u := range timeUnits {
		if rest, ok := strings.CutPrefix(s, u.suffix); ok {
			return u.usec, rest
		}
	}
	return 1e6, s
}

func sumTime(sum, n uint64, fraction string, unit uint64) (uint64, bool) {
	if n >= unlimited/unit {
		return 0, false
	}
	more := n * unit
	for _, digit := range fraction {
		unit /= 10
		more += uint64(digit-'0') * unit
	}
	return sum + more, sum+more >= sum && sum+more < unlimited
}
