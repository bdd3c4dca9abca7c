package main

import (
	"fmt"
	"strconv"
	"strings"

	"snug/cgroupv2"
)

// What there is not to be said is said so: it is no zero.
const unknownWord = "-"

func (s *sample) cpuWords() string {
	if s.CPUs == nil {
		return unknownWord
	}
	return percentWords(*s.CPUs)
}

func percentWords(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }

func (s *sample) memoryWords() string {
	switch {
	case s.Usage == nil:
		return unknownWord
	case s.MemoryLimit == nil:
		return shortSize(s.Usage.Memory)
	}
	return shortSize(s.Usage.Memory) + "/" + shortSize(*s.MemoryLimit)
}

func (s *sample) pidsWords() string {
	switch {
	case s.Usage == nil:
		return unknownWord
	case s.ProcessLimit == nil:
		return strconv.FormatUint(s.Usage.Processes, 10)
	}
	return fmt.Sprintf("%d/%d", s.Usage.Processes, *s.ProcessLimit)
}

func bytesWords(n *uint64) string {
	if n == nil {
		return unknownWord
	}
	return shortSize(*n)
}

// shortSize is a number of bytes in at most five characters, up to thousands of the largest
// unit.
func shortSize(n uint64) string {
	const wide = 5
	s := cgroupv2.Amount(n).Human()
	if whole, rest, ok := strings.Cut(s, "."); ok && len(s) > wide {
		return whole + rest[1:]
	}
	return s
}

// stallWords are the shares of time for some and for all.
func stallWords(p *cgroupv2.Pressure) string {
	switch {
	case p == nil:
		return unknownWord
	case p.Full == nil:
		return fmt.Sprintf("%.1f%%", p.Some.Avg10)
	}
	return fmt.Sprintf("%.1f/%.1f%%", p.Some.Avg10, p.Full.Avg10)
}
