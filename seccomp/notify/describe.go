package notify

import (
	"strconv"
	"strings"

	"snug/seccomp"
)

// Name is the call's name, or its number where there is no name for it.
func (a *Asked) Name() string {
	name, door := a.name()
	if door != "" {
		return name + " (" + door + ")"
	}
	return name
}

// name also says by which door the call came in, if it isn't the usual one.
func (a *Asked) name() (name, door string) {
	arch, n := a.Arch(), a.Number
	switch {
	case arch == seccomp.NoArch:
		door = "another architecture"
	case arch == seccomp.ArchAMD64 && n&x32 != 0:
		n, door = n&^x32, "x32"
	case arch != seccomp.Native():
		door = arch.String()
	}
	if name = arch.Name(n); name == "" {
		name = "call " + strconv.FormatUint(uint64(a.Number), 10)
	}
	return name, door
}

// x32 marks a call of the x32 ABI on amd64.
const x32 = 0x40000000

// Describe writes the call as strace(1) does: `mount("none", "/mnt", "tmpfs", 0, NULL)`.
// The letters in it are as they were found: whoever shows them on a terminal takes control
// characters out.
func (a *Asked) Describe() string {
	name, door := a.name()
	kinds := shapeOf(name)
	var words []string
	for i := range strings.TrimSpace(kinds) {
		words = append(words, a.word(kinds[i], a.Args[i]))
	}
	if kinds == "" {
		for _, v := range a.Args[:3] {
			words = append(words, number(v))
		}
		if words = append(words, "..."); words[0] == "..." {
			words = words[:1] // they say nothing
		}
	}
	if door != "" {
		name += " by " + door
	}
	return name + "(" + strings.Join(words, ", ") + ")"
}

// shapeOf gives the letters of a call, "" if it isn't in the list and a blank if it has no
// arguments.
func shapeOf(name string) string {
	for i := range &shapes {
		if shapes[i].name == name {
			return shapes[i].args
		}
	}
	return ""
}

// word writes an argument; kind is a letter of shapes.
func (a *Asked) word(kind byte, v uint64) string {
	switch kind {
	case 'd':
		return strconv.Itoa(int(int32(v)))
	case 'u':
		return strconv.FormatUint(v, 10)
	case 'o':
		return "0" + strconv.FormatUint(v&0xffffffff, 8)
	case 'x':
		return number(v)
	case 'D':
		if int32(v) == -100 {
			return "AT_FDCWD"
		}
		return strconv.Itoa(int(int32(v)))
	case 's':
		if s, ok := text(a.Thread, v); v != 0 && ok {
			return strconv.Quote(s)
		}
	}
	for i := range &sets {
		if sets[i].kind == kind {
			return sets[i].write(v)
		}
	}
	return pointer(v)
}

// pointer leaves addresses out: they say nothing, and are others each time.
func pointer(v uint64) string {
	if v == 0 {
		return "NULL"
	}
	return "..."
}

// number is for an argument of which nothing is known: small ones are numbers.
func number(v uint64) string {
	switch {
	case v < 1<<32:
		return "0x" + strconv.FormatUint(v, 16)
	case int64(v) < 0 && int64(v) > -4096:
		return strconv.Itoa(int(int64(v)))
	}
	return "..."
}

// write gives the name of a value, or the names of the bits in it.
func (s *set) write(v uint64) string {
	v &= s.width
	var words []string
	for _, c := range s.names {
		switch {
		case !s.bits && c.value == v, s.bits && v == 0 && c.value == 0:
			return c.name
		case s.bits && c.value != 0 && v&c.value == c.value:
			words = append(words, c.name)
			v &^= c.value
		}
	}
	if v != 0 || len(words) == 0 {
		words = append(words, "0x"+strconv.FormatUint(v, 16))
	}
	return strings.Join(words, "|")
}
