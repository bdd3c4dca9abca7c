package cgroupv2

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// unlimited is systemd's "infinity" for amounts and times.
const unlimited = math.MaxUint64

const blanks = " \t\n\r"

// decimal reads a plain number. systemd takes 010 for 8 and 0x10 for 16; here they are
// no numbers.
func decimal(s string) (uint64, bool) {
	if s == "" || s[0] == '+' || s[0] == '0' && s != "0" {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil
}

// digits splits off the decimal number that s begins with.
func digits(s string) (n uint64, rest string, ok bool) {
	rest = strings.TrimLeft(s, "0123456789")
	n, err := strconv.ParseUint(s[:len(s)-len(rest)], 10, 64)
	return n, rest, err == nil
}

// sizeUnits are in the order in which they may follow each other: 1G 512M.
const sizeUnits = "EPTGMKB"

// parseSize reads an amount as systemd's parse_size does, step for step, so that a
// fraction comes out the same: 1.5G, and 1G 512M. The base is 1024 for memory and 1000
// for disks.
func parseSize(s string, base uint64) (sum uint64, ok bool) {
	units := sizeUnits
	for s = strings.TrimLeft(s, blanks); ; s = strings.TrimLeft(s, blanks) {
		n, rest, ok := digits(s)
		if !ok {
			return 0, false
		}
		fraction, rest, ok := sizeFraction(rest)
		if !ok {
			return 0, false
		}
		rest = strings.TrimLeft(rest, blanks)
		factor := uint64(1)
		if i := strings.IndexByte(units, firstByte(rest)); i >= 0 {
			factor, rest = power(base, len(units)-1-i), rest[1:]
			units = units[i+1:]
		} else if rest != "" {
			return 0, false
		}
		if sum, ok = sumSize(sum, n, fraction, factor); !ok || rest == "" {
			return sum, ok
		}
		s = rest
	}
}

// sizeFraction reads .5 as systemd does, whose rounding is that of repeated division.
func sizeFraction(s string) (f float64, rest string, ok bool) {
	if firstByte(s) != '.' {
		return 0, s, true
	}
	n, rest, ok := digits(s[1:])
	f = float64(n)
	for range len(s) - 1 - len(rest) {
		f /= 10
	}
	return f, rest, ok
}

func sumSize(sum, n uint64, fraction float64, factor uint64) (uint64, bool) {
	whole := n
	if fraction > 0 {
		whole++
	}
	if whole < n || whole > math.MaxUint64/factor {
		return 0, false
	}
	more := n*factor + uint64(fraction*float64(factor))
	return sum + more, sum+more >= sum
}

func firstByte(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}

func power(base uint64, n int) uint64 {
	p := uint64(1)
	for range n {
		p *= base
	}
	return p
}

// parsePermyriad reads a percentage in hundredths of one: 12.34%, also as 123.4‰ or 1234‱.
func parsePermyriad(s string) (n uint64, ok bool) {
	for i, sign := range []string{"‱", "‰", "%"} {
		number, found := strings.CutSuffix(s, sign)
		if !found {
			continue
		}
		whole, fraction, dotted := strings.Cut(number, ".")
		n, ok := decimal(whole)
		if !ok || n > math.MaxInt32 || dotted && (fraction == "" || len(fraction) > i) || strings.Trim(fraction, "0123456789") != "" {
			return 0, false
		}
		for j := range i {
			n *= 10
			if j < len(fraction) {
				n += uint64(fraction[j] - '0')
			}
		}
		return n, n <= math.MaxInt32
	}
	return 0, false
}

// scale is a part of the whole as systemd sends it, where the whole is 2^32-1.
func scale(permyriad uint64) uint32 {
	return uint32((permyriad*math.MaxUint32 + 5000) / 10000)
}

// parseBoolean knows systemd's words.
func parseBoolean(s string) (value, ok bool) {
	s = strings.ToLower(s)
	value = slices.Contains([]string{"1", "yes", "y", "true", "t", "on"}, s)
	return value, value || slices.Contains([]string{"0", "no", "n", "false", "f", "off"}, s)
}
