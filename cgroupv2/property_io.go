package cgroupv2

import (
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
)

// deviceValue is one element of D-Bus's a(st).
type deviceValue struct {
	Path  string
	Value uint64
}

// device splits "/dev/sda 1M". The path is of a block device, or of a file on one; the
// rest is not empty.
func (p *Property) device(k kind) (file, rest string, err error) {
	file, rest, ok := strings.Cut(p.Value, " ")
	rest = strings.Trim(rest, blanks)
	switch {
	case !ok || rest == "":
		return "", "", p.flawed("it is no device and value", "write both, with a blank between: '"+k.example()+"'")
	case !path.IsAbs(file) || path.Clean(file) != file:
		return "", "", p.flawed("systemd takes devices by absolute paths without . and ..", "write it as in '"+k.example()+"'")
	}
	return file, rest, nil
}

// readDeviceLimit reads IOReadBandwidthMax and its like.
func readDeviceLimit(k kind, p *Property) error {
	file, rest, err := p.device(k)
	if err != nil {
		return err
	}
	n, ok := parseSize(rest, 1000)
	if rest == "infinity" {
		n, ok = unlimited, true
	}
	switch {
	case !ok:
		return p.flawed("it is no amount per second", "write a number with K, M or G (of 1000), or infinity: '"+k.example()+"'")
	case n == 0:
		return p.flawed("the kernel can't stop a disk altogether", "write 1 or more: '"+k.example()+"'")
	}
	p.send(k.name, []deviceValue{{file, n}})
	most := uint64(unlimited)
	if strings.HasSuffix(k.key, "iops") {
		most = math.MaxUint32 // which the kernel takes for no limit
	}
	want := Amount(n)
	if n >= most {
		want = Max
	}
	p.expect(held{file: k.file, spare: want == Max, fix: diskFix, holds: func(content string) bool {
		values, ok := linesOf(content, file)
		isSo := func(line string) bool { return ioValues(line)[k.key] == want.String() }
		return slices.ContainsFunc(values, isSo) || ok && len(values) == 0 && want == Max
	}})
	return nil
}

// readLatency reads IODeviceLatencyTargetSec.
func readLatency(k kind, p *Property) error {
	file, rest, err := p.device(k)
	if err != nil {
		return err
	}
	n, ok := parseTime(rest)
	if !ok || n == 0 || n == unlimited {
		return p.flawed("it is no time", "write a time: '"+k.example()+"'")
	}
	p.send("IODeviceLatencyTargetUSec", []deviceValue{{file, n}})
	p.expect(held{file: k.file, fix: diskFix, holds: says(file, k.key+"="+strconv.FormatUint(n, 10))})
	return nil
}

// readDeviceWeight reads IODeviceWeight. The kernel takes it only for a disk whose
// scheduler knows weights.
func readDeviceWeight(k kind, p *Property) error {
	file, rest, err := p.device(k)
	if err != nil {
		return err
	}
	n, ok := decimal(rest)
	if !ok || n < leastWeight || n > mostWeight {
		return p.flawed("it is no weight", "write a number from 1 to 10000: '"+k.example()+"'")
	}
	p.send(k.name, []deviceValue{{file, n}})
	p.expect(held{file: k.file, fix: weightFix, holds: says(file, strconv.FormatUint(n, 10)),
		or: &held{file: "io.bfq.weight", holds: says(file, strconv.FormatUint(bfqWeight(n), 10))}})
	return nil
}

// readIOWeight reads IOWeight.
func readIOWeight(k kind, p *Property) error {
	n, ok := decimal(p.Value)
	if !ok || n < leastWeight || n > mostWeight {
		return p.flawed("it is no weight", "write a number from 1 to 10000, others have 100: "+k.example())
	}
	p.send(k.name, n)
	// By itself, the file says nothing: it takes a weight, too, where no disk's scheduler
	// looks at it.
	weighs := func(n uint64) func(string) bool {
		want := strconv.FormatUint(n, 10)
		return func(content string) bool {
			return sameFirstLine("default "+want, content) || sameFirstLine(want, content)
		}
	}
	p.expect(k.unlessStartup(held{file: k.file, holds: weighs(n), beyond: noCostModel,
		or: &held{file: "io.bfq.weight", holds: weighs(bfqWeight(n)), beyond: noBFQ}}))
	return nil
}

// bfqWeight is systemd's scale for io.bfq.weight, which ends at 1000 (BFQ_WEIGHT).
func bfqWeight(n uint64) uint64 {
	const normal, most = 100, 1000
	if n <= normal {
		return n
	}
	return normal + (n-normal)*(most-normal)/(mostWeight-normal)
}
