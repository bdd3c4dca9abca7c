package cgroupv2

import (
	"math/bits"
	"strconv"
	"strings"
)

// Amount is a number of bytes, or a count. Its zero value says that nothing was asked
// for; a bound of nothing at all makes no sense anywhere, and can't be said.
type Amount uint64

// Max is no limit, asked for in so many words.
const Max = ^Amount(0)

// String is what interface files take: a decimal number, or max.
func (a Amount) String() string {
	if a == Max {
		return "max"
	}
	return strconv.FormatUint(uint64(a), 10)
}

// largest is half of what the kernel's page counters hold (PAGE_COUNTER_MAX in
// include/linux/page_counter.h): a bound of more reads back as max.
const largest = 1 << 62

// ParseSize reads a number of bytes: 1048576, 512M, 1.5GiB, max, or, if whole isn't 0,
// a percentage of whole, which is in bytes too. Units are powers of 1024, as podman and
// systemd have them, in upper or lower case. Fractions of a byte are cut off. An error
// is an [*Error] that wraps [ErrInvalid].
func ParseSize(s string, whole uint64) (Amount, error) {
	if isMax(s) {
		return Max, nil
	}
	number, unit := cutNumber(s)
	n, why := scaled(number, strings.ToLower(unit), whole)
	if why != "" {
		return 0, invalid("read size", strconv.Quote(s), why, sizeFix(whole))
	}
	return Amount(n), nil
}

func sizeFix(whole uint64) string {
	if whole == 0 {
		return "write bytes, with a unit (512M, 1.5GiB) or without, or max for no limit"
	}
	return "write bytes, with a unit (512M, 1.5GiB) or without, a percentage of the machine's memory (50%), or max for no limit"
}

// scaled is number times unit, in whole bytes, or why there is no such size.
func scaled(number, unit string, whole uint64) (n uint64, why string) {
	switch {
	case number == "" && strings.HasPrefix(unit, "-"):
		return 0, "a size is more than nothing"
	case !isDecimal(number):
		return 0, "it doesn't begin with a number"
	case unit == "%":
		n, why = percent(number, whole)
	default:
		factor, ok := unitOf(unit)
		if !ok {
			return 0, strconv.Quote(unit) + " is no unit"
		}
		n, why = times(number, factor)
	}
	if why == "" && n == 0 {
		why = "nothing can run in no bytes"
	}
	return n, why
}

// unitOf is the number of bytes behind a unit: "", b, k, kb, ki, kib and so on.
func unitOf(unit string) (uint64, bool) {
	if unit == "" || unit == "b" {
		return 1, true
	}
	power := strings.IndexByte("kmgtp", unit[0])
	rest := unit[1:]
	if power < 0 || rest != "" && rest != "b" && rest != "i" && rest != "ib" {
		return 0, false
	}
	return 1 << (10 * (power + 1)), true
}

const tooMuch = "it is more than the kernel can count"

// times multiplies without losing a byte of a whole number.
func times(number string, factor uint64) (uint64, string) {
	if n, err := strconv.ParseUint(number, 10, 64); err == nil {
		high, low := bits.Mul64(n, factor)
		if high != 0 || low > largest {
			return 0, tooMuch
		}
		return low, ""
	}
	f, err := strconv.ParseFloat(number, 64)
	if f *= float64(factor); err != nil || f > largest {
		return 0, tooMuch
	}
	return uint64(f), ""
}

func percent(number string, whole uint64) (uint64, string) {
	if whole == 0 {
		return 0, "there is nothing here to take a percentage of"
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || f > 100 {
		return 0, "it is more than there is"
	}
	if f *= float64(whole) / 100; f > largest {
		return 0, tooMuch
	}
	return uint64(f), ""
}

// ParseCount reads a number of things, from 1 on, or max. An error is an [*Error] that
// wraps [ErrInvalid].
func ParseCount(s string) (Amount, error) {
	if isMax(s) {
		return Max, nil
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n == 0 || n > largest {
		return 0, invalid("read number", strconv.Quote(s), "it is not a whole number from 1 on", "write a number, as 200, or max for no limit")
	}
	return Amount(n), nil
}

// isMax knows what cgroup v2, systemd, ulimit(1) and podman call no limit.
func isMax(s string) bool {
	switch strings.ToLower(s) {
	case "max", "infinity", "unlimited", "-1":
		return true
	}
	return false
}

// cutNumber splits 1.5GiB into 1.5 and GiB.
func cutNumber(s string) (number, unit string) {
	end := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if end < 0 {
		end = len(s)
	}
	return s[:end], s[end:]
}

// isDecimal accepts 1 and 1.5, and none of what strconv takes besides: signs,
// exponents, underscores, NaN.
func isDecimal(s string) bool {
	whole, fraction, dot := strings.Cut(s, ".")
	return isDigits(whole) && (!dot || isDigits(fraction))
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// words are the shortest that say a number of bytes exactly: 4M, 10000.
func (a Amount) words() string {
	const units = "KMGTP"
	n, power := uint64(a), 0
	for a != Max && power < len(units) && n != 0 && n%1024 == 0 {
		n, power = n/1024, power+1
	}
	if power == 0 {
		return a.String()
	}
	return strconv.FormatUint(n, 10) + units[power-1:power]
}

// invalid is an error about something that makes no sense anywhere.
func invalid(do, on, why, fix string) *Error {
	return &Error{Do: do, On: on, Err: ErrInvalid, Why: why, Fix: fix}
}
