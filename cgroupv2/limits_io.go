package cgroupv2

import (
	"cmp"
	"math"
	"strconv"
	"strings"
)

// IOLimit is what a leaf may read from and write to one disk: bytes and operations, in
// a second each.
type IOLimit struct {
	Device                                 Device
	Path                                   string // as it was typed
	ReadBPS, WriteBPS, ReadIOPS, WriteIOPS Amount
}

// ioKey is a key of io.max.
type ioKey struct {
	name  string
	parse func(string) (Amount, error)
	of    func(*IOLimit) *Amount
}

// ioKeys are in the order in which the kernel prints them.
var ioKeys = []ioKey{
	{"rbps", parseBytes, func(l *IOLimit) *Amount { return &l.ReadBPS }},
	{"wbps", parseBytes, func(l *IOLimit) *Amount { return &l.WriteBPS }},
	{"riops", ParseCount, func(l *IOLimit) *Amount { return &l.ReadIOPS }},
	{"wiops", ParseCount, func(l *IOLimit) *Amount { return &l.WriteIOPS }},
}

func parseBytes(s string) (Amount, error) { return ParseSize(s, 0) }

// ParseIO reads PATH:KEY=VALUE,... with the keys of io.max, rbps, wbps, riops and wiops.
// PATH is a block device, its number (8:0), or a file or directory, which stands for
// the disk that it is on; it may have colons. Sizes are those of [ParseSize]. An error
// is an [*Error] that wraps [ErrInvalid].
func ParseIO(s string) (IOLimit, error) { return thisMachine.parseIO(s) }

func (b blockDevices) parseIO(s string) (IOLimit, error) {
	path, values, why := cutIO(s)
	l := IOLimit{Path: path}
	if why == "" {
		why = l.setAll(values)
	}
	if why != "" {
		return IOLimit{}, invalid("read io limit", strconv.Quote(s), why, "write PATH:rbps=10M,wbps=10M,riops=100,wiops=100, with one or more of these")
	}
	d, err := b.disk(path)
	if err != nil {
		return IOLimit{}, err
	}
	l.Device = d
	return l, nil
}

// cutIO splits at the last colon with a key behind it.
func cutIO(s string) (path, values, why string) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] != ':' || !beginsWithKey(s[i+1:]) {
			continue
		}
		if i == 0 {
			return "", "", "it names no disk"
		}
		return s[:i], s[i+1:], ""
	}
	return "", "", "it has no limit, a colon and KEY=VALUE, behind the path"
}

func beginsWithKey(s string) bool {
	key, _, ok := strings.Cut(s, "=")
	return ok && key != "" && strings.Trim(key, "abcdefghijklmnopqrstuvwxyz") == ""
}

// setAll reads rbps=1M,wiops=max.
func (l *IOLimit) setAll(values string) (why string) {
	for pair := range strings.SplitSeq(values, ",") {
		if why = l.set(pair); why != "" {
			return why
		}
	}
	return ""
}

func (l *IOLimit) set(pair string) (why string) {
	name, text, ok := strings.Cut(pair, "=")
	if !ok {
		return strconv.Quote(pair) + " is not KEY=VALUE"
	}
	for _, key := range ioKeys {
		if key.name != name {
			continue
		}
		if *key.of(l) != 0 {
			return name + " is there twice"
		}
		n, err := key.parse(text)
		if err != nil {
			return name + ": " + err.(*Error).On + ": " + err.(*Error).Why
		}
		*key.of(l) = n
		return ""
	}
	return strconv.Quote(name) + " is none of rbps, wbps, riops, wiops"
}

// value is what is written to io.max: every key, because the kernel leaves alone what it
// isn't told about.
func (l IOLimit) value() string {
	var s strings.Builder
	s.WriteString(l.Device.String())
	for _, key := range ioKeys {
		s.WriteString(" " + key.name + "=" + cmp.Or(*key.of(&l), Max).String())
	}
	return s.String()
}

// perDisk has one limit for each disk, whatever paths led to it: where two say
// something about the same key, the later one counts. The kernel keeps operations in 32
// bits, and takes more of them for no limit (tg_set_limit, block/blk-throttle.c).
func perDisk(limits []IOLimit) (merged []IOLimit) {
	at := map[Device]int{}
	for _, l := range limits {
		if _, ok := at[l.Device]; !ok {
			at[l.Device] = len(merged)
			merged = append(merged, IOLimit{Device: l.Device, Path: l.Path})
		}
		into := &merged[at[l.Device]]
		for _, key := range ioKeys {
			n := *key.of(&l)
			if strings.HasSuffix(key.name, "iops") && n >= math.MaxUint32 {
				n = Max
			}
			if n != 0 {
				*key.of(into) = n
			}
		}
	}
	return merged
}

// sameIO looks for the line of the disk that was written about. A disk without a line is
// not held back at all.
func sameIO(want, got string) bool {
	device, values, _ := strings.Cut(want, " ")
	line := ""
	for l := range strings.Lines(got) {
		if d, rest, _ := strings.Cut(strings.TrimSpace(l), " "); d == device {
			line = rest
		}
	}
	held := ioValues(line)
	for key, n := range ioValues(values) {
		if held[key] != n {
			return false
		}
	}
	return true
}

// ioValues are the values of a line of io.max; what it doesn't say is max.
func ioValues(line string) map[string]string {
	values := map[string]string{}
	for _, key := range ioKeys {
		values[key.name] = "max"
	}
	for pair := range strings.FieldsSeq(line) {
		key, n, _ := strings.Cut(pair, "=")
		values[key] = n
	}
	return values
}
