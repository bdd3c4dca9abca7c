package cgroupv2

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Pressure says how much processes were held up by the want of something
// (Documentation/accounting/psi.rst).
type Pressure struct {
	Some Stall `json:"some"` // some process waited
	// Full is when all that had something to do waited. The kernel knows it for cpu
	// time from 5.13 on.
	Full *Stall `json:"full,omitempty"`
}

// Stall is a share of time, in percent, averaged over the last 10, 60 and 300 seconds,
// and all of that time so far.
type Stall struct {
	Avg10  float64       `json:"avg10"`
	Avg60  float64       `json:"avg60"`
	Avg300 float64       `json:"avg300"`
	Total  time.Duration `json:"total_ns"`
}

// parsePressure reads cpu.pressure, memory.pressure or io.pressure.
func parsePressure(text string) (*Pressure, error) {
	var some, full *Stall
	for line := range strings.Lines(text) {
		kind, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		into := &some
		switch kind {
		case "some":
		case "full":
			into = &full
		default:
			return nil, fmt.Errorf("line %q is neither some nor full", line)
		}
		stall, err := parseStall(rest)
		if err != nil {
			return nil, err
		}
		if *into != nil {
			return nil, fmt.Errorf("%s is there twice", kind)
		}
		*into = stall
	}
	if some == nil {
		return nil, errors.New("some is not there")
	}
	return &Pressure{*some, full}, nil
}

// parseStall reads "avg10=0.00 avg60=0.00 avg300=0.00 total=0".
func parseStall(text string) (*Stall, error) {
	var s Stall
	averages := []*float64{&s.Avg10, &s.Avg60, &s.Avg300}
	keys := []string{"avg10", "avg60", "avg300"}
	words := strings.Split(text, " ")
	if len(words) <= len(keys) { // more may follow some day
		return nil, fmt.Errorf("%q has too few numbers", text)
	}
	for i, key := range keys {
		number, ok := strings.CutPrefix(words[i], key+"=")
		f, err := strconv.ParseFloat(number, 64)
		if !ok || !isDecimal(number) || err != nil {
			return nil, fmt.Errorf("%q is not %s=NUMBER", words[i], key)
		}
		*averages[i] = f
	}
	number, ok := strings.CutPrefix(words[len(keys)], "total=")
	if !ok {
		return nil, fmt.Errorf("%q is not total=NUMBER", words[len(keys)])
	}
	var err error
	s.Total, err = parseMicroseconds(number)
	return &s, err
}
