package cgroupv2

import (
	"strconv"
	"strings"
	"unicode/utf8"

	sd "github.com/coreos/go-systemd/v22/dbus"
	"github.com/godbus/dbus/v5"
)

// Property is one systemd property of the scope, ready for D-Bus.
type Property struct {
	Name, Value string // as typed

	bus  []sd.Property // what it is called there: MemoryMax=20% is MemoryMaxScale
	held []held        // what the kernel must show afterwards
}

// ParseProperty reads NAME=VALUE as systemd-run --property does. What it accepts, systemd
// reads the same way; it accepts less:
//
//   - Nothing that a user's manager takes and can't enforce (property_refused.go).
//   - No empty value. systemd-run resets a property with it, which a new scope has no use
//     for, and MemoryMax=$LIMIT with LIMIT unset is no wish for less of a limit.
//   - Numbers only in decimal: TasksMax=010 is 8 to systemd, and MemoryMax=010 is 10.
//   - Only values that the kernel has, too: systemd makes CPUQuota=0.01% ten times as much.
func ParseProperty(s string) (Property, error) {
	name, value, ok := strings.Cut(s, "=")
	p := Property{Name: name, Value: value}
	switch {
	case !plainText(s):
		return p, p.flawed("it has characters that systemd doesn't take", "write it in plain UTF-8, on one line")
	case !ok || name == "":
		return p, &Error{Do: "use property", On: shown(s), Err: ErrInvalid, Why: "a property is a name and a value", Fix: "write NAME=VALUE, such as MemoryMax=512M"}
	}
	k, ok := kindOf(name)
	switch {
	case !ok:
		return p, p.unknown()
	case value == "":
		return p, p.flawed("it has no value", "write "+k.example()+", or leave it out for the default")
	}
	err := k.read(k, &p)
	return p, err
}

// String is the property as it was typed.
func (p Property) String() string { return p.Name + "=" + p.Value }

// Replaces says whether p, given later, takes the place of an earlier one: that has the
// same name and, if it is about a disk, is about the same.
func (p Property) Replaces(earlier Property) bool {
	disk, _, both := strings.Cut(p.Value, " ")
	before, _, _ := strings.Cut(earlier.Value, " ")
	return p.Name == earlier.Name && (!both || disk == before)
}

// verify reads back what the kernel holds. systemd can't be asked: where a controller is
// not delegated, its job is "done", it prints the property back, and nothing is enforced.
func (p Property) verify(d dir) error {
	for _, h := range p.held {
		if why, fix := h.judge(d); why != "" {
			return &Error{Do: "hold property", On: shown(p.String()), Err: ErrNotEnforced, Why: why, Fix: fix}
		}
	}
	return nil
}

// send adds what goes over D-Bus.
func (p *Property) send(name string, value any) {
	p.bus = append(p.bus, sd.Property{Name: name, Value: dbus.MakeVariant(value)})
}

// expect adds what the kernel must show.
func (p *Property) expect(h held) { p.held = append(p.held, h) }

// flawed is what is wrong with the property, and what to write instead.
func (p *Property) flawed(why, fix string) error {
	return &Error{Do: "use property", On: shown(p.String()), Err: ErrInvalid, Why: why, Fix: fix}
}

// plainText is what D-Bus and a one-line message can carry.
func plainText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 })
}

// shown is what was typed, fit for a line of an error.
func shown(s string) string {
	const longest = 100
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "..."
	}
	if plainText(s) {
		return s
	}
	return strconv.Quote(s)
}
