package cgroupv2

import (
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// boolean reads and sends yes or no.
func (p *Property) boolean(k kind) (value bool, err error) {
	value, ok := parseBoolean(p.Value)
	if !ok {
		return false, p.flawed("it is neither yes nor no", "write "+k.name+"=yes or "+k.name+"=no")
	}
	p.send(k.name, value)
	return value, nil
}

func readBoolean(k kind, p *Property) error {
	_, err := p.boolean(k)
	return err
}

// readWord reads one of the words of the kind.
func readWord(k kind, p *Property) error {
	words := strings.Fields(k.key)
	if !slices.Contains(words, p.Value) {
		return p.flawed("it is none of its values", "write one of: "+strings.Join(words, ", "))
	}
	p.send(k.name, p.Value)
	return nil
}

// readDuration reads a time; on D-Bus, names end in USec.
func readDuration(k kind, p *Property) error {
	usec, ok := parseTime(p.Value)
	if !ok {
		return p.flawed("it is no time", "write a time: "+k.example())
	}
	p.send(strings.TrimSuffix(k.name, "Sec")+"USec", usec)
	return nil
}

// readRuntime reads RuntimeMaxSec. With 0, systemd ends the scope as it begins.
func readRuntime(k kind, p *Property) error {
	if usec, ok := parseTime(p.Value); ok && usec == 0 {
		return p.flawed("the sandbox would end at once", "write a time, such as "+k.example()+", or infinity")
	}
	return readDuration(k, p)
}

func readPressureLimit(k kind, p *Property) error {
	n, ok := parsePermyriad(p.Value)
	if !ok || n > 10000 {
		return p.flawed("it is no percentage up to 100%", "write "+k.example())
	}
	p.send(k.name, scale(n))
	return nil
}

// readOOMPolicy reads what happens to the rest when the kernel kills one process for
// memory. The kernel does "kill" by itself; for "stop" systemd has to see it happen.
func readOOMPolicy(k kind, p *Property) error {
	if err := readWord(k, p); err != nil {
		return err
	}
	switch p.Value {
	case "kill":
		p.expect(held{file: k.file, holds: is("1")})
	case "stop":
		p.expect(held{file: "memory.events", holds: anything})
	}
	return nil
}

// readSignal reads a signal as systemd does, SIGINT, INT or 2, but for SIGRTMIN+n.
func readSignal(k kind, p *Property) error {
	signal := int32(unix.SignalNum("SIG" + strings.TrimPrefix(p.Value, "SIG")))
	if n, ok := decimal(p.Value); ok && n <= 64 {
		signal = int32(n)
	}
	if signal == 0 {
		return p.flawed("it is no signal", "write a name or number: "+k.example())
	}
	p.send(k.name, signal)
	return nil
}

// readSlice reads where the scope is put, below the user's manager.
func readSlice(k kind, p *Property) error {
	if !isSlice(p.Value) {
		return p.flawed("it is no name of a slice", "write a name that ends in .slice, whose dashes say what it is in: "+k.example())
	}
	p.send(k.name, p.Value)
	return nil
}

// isSlice knows the names that systemd takes (slice_name_is_valid).
func isSlice(name string) bool {
	const longest = 255
	base, ok := strings.CutSuffix(name, ".slice")
	switch {
	case !ok || base == "" || len(name) > longest:
		return false
	case base == "-": // the manager's root
		return true
	case strings.HasPrefix(base, "-") || strings.HasSuffix(base, "-") || strings.Contains(base, "--"):
		return false
	}
	return !strings.ContainsFunc(base, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune(`:-_.\`, r))
	})
}
