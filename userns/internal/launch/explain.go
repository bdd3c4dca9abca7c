package launch

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Explain prints p as strace would print its walk: what can be known before it
// is walked. A line of words stands before the calls of each step.
func Explain(w io.Writer, p *Program, namespaces uintptr) error {
	b := new(bytes.Buffer)
	fmt.Fprintf(b, "# make the namespaces\nclone3({flags=%s}) = pid\n",
		flags(uint64(namespaces)|unix.CLONE_VM|unix.CLONE_VFORK|unix.CLONE_PIDFD, cloneFlags))
	var step Step
	for i := range p.Calls {
		if p.Steps[i] != step {
			step = p.Steps[i]
			fmt.Fprintf(b, "# %s\n", harmless(step.String()))
		}
		p.explainCall(b, &p.Calls[i])
	}
	_, err := w.Write(b.Bytes())
	return err
}

// harmless is s without what a terminal would obey.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

func (p *Program) explainCall(b *bytes.Buffer, c *Call) {
	s, known := signatures[c.Nr]
	if !known {
		s = signature{name: "syscall_" + strconv.Itoa(int(c.Nr)), args: "xxxxxx"}
	}
	b.WriteString(s.name + "(")
	for i := range s.args {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.explainArg(c.Args[i], s.args[i], s.flags))
	}
	b.WriteString(")")
	if c.Out != 0 {
		fmt.Fprintf(b, " = $%d", c.Out)
	}
	if c.Exact {
		fmt.Fprintf(b, " (must be %d)", c.Want)
	}
	for _, errno := range c.Allow {
		if errno != 0 {
			fmt.Fprintf(b, " (or %s)", unix.ErrnoName(errno))
		}
	}
	b.WriteString("\n")
}

var roles = [numFileRoles]string{"control", "caller", "pid1", "stdin", "stdout", "stderr", "target"}

func (p *Program) explainArg(a Arg, format byte, names []flagName) string {
	switch a.kind {
	case argSlot:
		return "$" + strconv.Itoa(int(a.n))
	case argSlotAddress:
		return "&$" + strconv.Itoa(int(a.n))
	case argRights:
		return "{...}"
	case argFile:
		return "<" + roles[a.n] + ">"
	case argMoved:
		return "<" + roles[a.n&0xff] + ">"
	case argFilter:
		return "{" + strconv.Itoa(int(a.n&0xffff)) + " instructions}"
	case argVector:
		return p.explainVector(int(a.n))
	case argText:
		if format != 's' {
			return "{...}"
		}
		text := p.text[a.n:]
		return strconv.Quote(string(text[:bytes.IndexByte(text, 0)]))
	}
	switch format {
	case 'd':
		if int32(a.n) == unix.AT_FDCWD {
			return "AT_FDCWD"
		}
		return strconv.Itoa(int(a.n))
	case 'o':
		return "0" + strconv.FormatUint(a.n, 8)
	case 'f':
		return flags(a.n, names)
	case 's', 'p':
		if a.n == 0 {
			return "NULL"
		}
	}
	return "0x" + strconv.FormatUint(a.n, 16)
}

func (p *Program) explainVector(at int) string {
	var words []string
	for _, off := range p.vectors[at:] {
		if off == endOfVector {
			break
		}
		text := p.text[off:]
		words = append(words, strconv.Quote(string(text[:bytes.IndexByte(text, 0)])))
		if len(words) == 24 {
			words = append(words, "...")
			break
		}
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// flags names the bits of v.
func flags(v uint64, names []flagName) string {
	var on []string
	for _, f := range names {
		if v&f.bit == f.bit {
			on = append(on, f.name)
			v &^= f.bit
		}
	}
	if v != 0 || len(on) == 0 {
		on = append(on, "0x"+strconv.FormatUint(v, 16))
	}
	return strings.Join(on, "|")
}
