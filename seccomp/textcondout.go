package seccomp

import (
	"math/bits"
	"strconv"
	"strings"
)

// tail writes what a statement says behind the names.
func (l *line) tail() string {
	var b strings.Builder
	word := " if "
	for i := range l.conds {
		b.WriteString(word + l.conds[i].text(l.meaning(l.conds[i].Arg)))
		word = " and "
	}
	l.Only.write(&b, " on ", " with ", " since ")
	l.Except.write(&b, " not-on ", " without ", " before ")
	return b.String()
}

// write says a scope: the words are for architectures, capabilities and the kernel.
func (s *Scope) write(b *strings.Builder, arches, caps, kernel string) {
	if len(s.Arches) > 0 {
		b.WriteString(arches + strings.Join(s.Arches, ","))
	}
	if s.Caps != 0 {
		b.WriteString(caps + strings.Join(capNames(s.Caps), ","))
	}
	if s.Since != (Kernel{}) {
		b.WriteString(kernel + s.Since.String())
	}
}

func (c *condLine) text(m meaning) string {
	arg := strconv.Itoa(int(c.Arg))
	if c.Op < MaskedEqual {
		if c.Op >= Less {
			m = meaning{} // names stand for themselves, not for an order
		}
		return "arg" + arg + " " + textOps[c.Op].name + " " + c.list(m)
	}
	word, all := "arg", ^uint64(0)
	if c.Mask <= Low {
		word, all = "int", Low
	}
	switch {
	case c.Mask == all:
		return word + arg + " == " + c.list(m)
	case len(c.values) == 1 && c.Value == 0 && mostly(c.Mask, all):
		return word + arg + " within " + m.value(all&^c.Mask)
	}
	return word + arg + " & " + m.value(c.Mask) + " == " + c.list(m)
}

// mostly tells of a mask that it is better described by what it leaves out.
func mostly(mask, all uint64) bool { return bits.OnesCount64(mask) > bits.OnesCount64(all)/2 }

func (c *condLine) list(m meaning) string {
	words := make([]string, 0, len(c.values))
	for _, v := range c.values {
		words = append(words, m.value(v))
	}
	return strings.Join(words, ",")
}
