package seccomp

import (
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// meaning is how the constants begin that an argument is made of; the empty one knows none.
type meaning struct {
	prefixes string // with a space between them
	flags    bool   // they may be combined
}

// meanings of arguments: those that [constants] has names for.
var meanings = [...]struct {
	call string
	arg  uint8
	meaning
}{
	{"clone", 0, meaning{"CLONE_", true}},
	{"clone", 1, meaning{"CLONE_", true}}, // on s390x
	{"ioctl", 1, meaning{"TIOC", false}},
	{"mknod", 1, meaning{"S_IF", false}},
	{"mknodat", 2, meaning{"S_IF", false}},
	{"personality", 0, meaning{"PER_ UNAME26", true}},
	{"setns", 1, meaning{"CLONE_", true}},
	{"socket", 0, meaning{"AF_", false}},
	{"socket", 1, meaning{"SOCK_", false}},
	{"socketcall", 0, meaning{"SYS_", false}},
	{"socketpair", 0, meaning{"AF_", false}},
	{"socketpair", 1, meaning{"SOCK_", false}},
	{"unshare", 0, meaning{"CLONE_", true}},
}

// meaning tells what an argument is: the same for every call that the line is for, or it
// knows nothing.
func (l *line) meaning(arg uint8) meaning {
	first := callMeaning(l.Names[0], arg)
	for _, name := range l.Names[1:] {
		if callMeaning(name, arg) != first {
			return meaning{}
		}
	}
	if arg == 2 && slices.Equal(l.Names, []string{"socket"}) {
		return l.protocol()
	}
	return first
}

func callMeaning(call string, arg uint8) meaning {
	for i := range meanings {
		if m := &meanings[i]; m.call == call && m.arg == arg {
			return m.meaning
		}
	}
	return meaning{}
}

// protocol is what socket's last argument means in the family that the line is for.
func (l *line) protocol() meaning {
	for i := range l.conds {
		c := &l.conds[i]
		if c.Arg != 0 || c.Op != Equal && c.Op != MaskedEqual {
			continue
		}
		switch c.list(meaning{"AF_", false}) {
		case "AF_NETLINK":
			return meaning{"NETLINK_", false}
		case "AF_INET", "AF_INET6", "AF_INET,AF_INET6", "AF_INET6,AF_INET":
			return meaning{"IPPROTO_", false}
		}
	}
	return meaning{}
}

// value writes a number by the constants it is made of, or as a number.
func (m meaning) value(v uint64) string {
	for i := range constants {
		if c := &constants[i]; c.value == v && m.has(c.name) {
			return c.name
		}
	}
	if !m.flags || v == 0 {
		return number(v)
	}
	var parts []string
	rest := v
	for i := range constants {
		if c := &constants[i]; bits.OnesCount64(c.value) == 1 && c.value&v != 0 && m.has(c.name) {
			parts = append(parts, c.name)
			rest &^= c.value
		}
	}
	if bits.OnesCount64(rest) > len(parts) {
		return number(v) // most of it has no name, so it is something else
	}
	if rest != 0 {
		parts = append(parts, number(rest))
	}
	return strings.Join(parts, "|")
}

func (m meaning) has(name string) bool {
	for prefix := range strings.FieldsSeq(m.prefixes) {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// number is decimal where people would read it so.
func number(v uint64) string {
	if v < 4096 {
		return strconv.FormatUint(v, 10)
	}
	return "0x" + strconv.FormatUint(v, 16)
}
