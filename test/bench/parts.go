package main

import "fmt"

// setup is what a part gets to work with.
type setup struct {
	field
	tiny   string // the smallest target
	rounds int
	idle   int // sandboxes kept idle at once
	smoke  bool
}

// part measures one aspect, in a process of its own.
type part struct {
	name   string
	nested bool // in namespaces of its own, to change mounts
	run    func(setup) ([]table, error)

	manager bool // only beside a systemd user manager, and nothing else there
	inner   bool // started by another part
}

var parts = []part{
	{name: "command", run: command},
	{name: "fakeroot", run: withFakeRoot},
	{name: "map-auto", run: withMapAuto},
	{name: "mounts", nested: true, run: withMounts},
	{name: "runtime", nested: true, run: withRuntime},
	{name: "idle", run: idle},
	{name: "library", run: library},
	{name: "seccomp", run: filters},
	{name: "limits", run: limits, manager: true},
	{name: "delegated", run: delegated, manager: true, inner: true},
}

func findPart(name string) (part, error) {
	for _, p := range parts {
		if p.name == name {
			return p, nil
		}
	}
	return part{}, fmt.Errorf("no part is called %q", name)
}

// chooseParts gives the parts for these surroundings, or the one that was asked for.
func chooseParts(only string) (chosen []part, err error) {
	if only != "" {
		p, err := findPart(only)
		return []part{p}, err
	}
	managed := hasManager()
	for _, p := range parts {
		if !p.inner && p.manager == managed {
			chosen = append(chosen, p)
		}
	}
	return chosen, nil
}

// command is the main figure: `snug run -- CMD` from fork to exit.
func command(s setup) ([]table, error) {
	r, err := newRunner()
	if err != nil {
		return nil, err
	}
	tiny := s.launch(r, "command, smallest target", s.tiny)
	tiny.Bars[0].Aim = 0.75
	return []table{tiny, s.launch(r, "command, /bin/true", "/bin/true")}, nil
}

func (s setup) launch(r *runner, title, target string) table {
	all := interleave(r, []contestant{
		s.bwrap(self, target), s.snugRun(self, target), s.bwrapNesting(self, target),
		s.unshare(self, target), bare(target), s.snugTyped(target),
	}, s.rounds)
	t := timeTable(title, "Microseconds from fork to exit.", all)
	t.Bars = []bar{bar{What: title, Must: 0.90}.got(all[1].ratio(all[0]))}
	return t
}

func withFakeRoot(s setup) ([]table, error) {
	r, err := newRunner()
	if err != nil {
		return nil, err
	}
	all := interleave(r, []contestant{
		s.bwrap(fakeRoot, s.tiny), s.snugRun(fakeRoot, s.tiny), s.unshare(fakeRoot, s.tiny),
	}, s.rounds)
	return []table{timeTable("fake root (-r)", "Root inside is the caller outside.", all)}, nil
}

// withMapAuto has no bwrap: it can't map more than one id without help.
func withMapAuto(s setup) ([]table, error) {
	r, err := newRunner()
	if err != nil {
		return nil, err
	}
	all := interleave(r, []contestant{
		s.unshare(mapAuto, s.tiny), s.snugRun(mapAuto, s.tiny),
	}, s.rounds)
	return []table{timeTable("every subordinate id (--map-auto)",
		"newuidmap and newgidmap, two setuid programs, take most of it on both sides.", all)}, nil
}
