package sim

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func ins(code uint16, jt, jf uint8, k uint32) unix.SockFilter {
	return unix.SockFilter{Code: code, Jt: jt, Jf: jf, K: k}
}

func TestRunLoadsEveryWord(t *testing.T) {
	d := &Data{Number: 1, Arch: 2, Pointer: 0x3_0000_0004}
	for i := range d.Args {
		d.Args[i] = uint64(0x10+i)<<32 | uint64(0x20+i)
	}
	little := []uint32{1, 2, 4, 3, 0x20, 0x10, 0x21, 0x11, 0x22, 0x12, 0x23, 0x13, 0x24, 0x14, 0x25, 0x15}
	for i, want := range little {
		for _, big := range []bool{false, true} {
			at := i
			if big && i >= 2 {
				at ^= 1
			}
			if got := d.word(uint32(4*at), big); got != want {
				t.Errorf("offset %d, big endian %t: %#x, want %#x", 4*at, big, got, want)
			}
		}
	}
}

func TestRun(t *testing.T) {
	// number & 0xf0: > 0x80 gives 1, == 0x80 gives 2, >= 0x40 gives 3, else 4.
	program := []unix.SockFilter{
		ins(load, 0, 0, 0), ins(and, 0, 0, 0xf0),
		ins(jumpGreater, 4, 0, 0x80), ins(jumpEqual, 4, 0, 0x80), ins(jumpGreaterEqual, 0, 1, 0x40),
		ins(jump, 0, 0, 3),
		ins(give, 0, 0, 4), ins(give, 0, 0, 1), ins(give, 0, 0, 2), ins(give, 0, 0, 3),
	}
	if err := Check(program); err != nil {
		t.Fatal(err)
	}
	for number, want := range map[uint32]uint32{0x9f: 1, 0x8f: 2, 0x7f: 3, 0x40: 3, 0x3f: 4, 0xf00: 4} {
		if got, err := Run(program, &Data{Number: number}, false); err != nil || got != want {
			t.Errorf("%#x: %d, %v; want %d", number, got, err, want)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	for problem, program := range map[string][]unix.SockFilter{
		"0 instructions":    {},
		"4097 instructions": make([]unix.SockFilter, 4097),
		"doesn't return":    {ins(load, 0, 0, 0)},
		"offset 2":          {ins(load, 0, 0, 2), ins(give, 0, 0, 0)},
		"offset 64":         {ins(load, 0, 0, 64), ins(give, 0, 0, 0)},
		"jumps off":         {ins(jump, 0, 0, 1), ins(give, 0, 0, 0)},
		"branches off":      {ins(jumpEqual, 0, 1, 0), ins(give, 0, 0, 0)},
		"unknown code 0xc":  {ins(0xc, 0, 0, 0), ins(give, 0, 0, 0)},
	} {
		if err := Check(program); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("got %v, want %q", err, problem)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, program := range [][]unix.SockFilter{{}, {ins(load, 0, 0, 0)}, {ins(0xc, 0, 0, 0)}} {
		if got, err := Run(program, &Data{}, false); err == nil {
			t.Errorf("%v gives %d", program, got)
		}
	}
}
