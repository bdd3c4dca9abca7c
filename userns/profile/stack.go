package profile

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// Stack is profiles in order: later ones are over earlier ones.
type Stack []*Profile

// mostProfiles bounds what a profile may bring along.
const mostProfiles = 64

// Expand puts below every profile those that it names with the key profile, for which find
// is asked. A profile that would be over itself is an error.
func Expand(list Stack, find func(name string) (*Profile, error)) (Stack, error) {
	e := expander{find: find}
	for _, p := range list {
		if err := e.add(p, nil); err != nil {
			return nil, err
		}
	}
	return e.stack, nil
}

type expander struct {
	find  func(string) (*Profile, error)
	stack Stack
}

func (e *expander) add(p *Profile, below []string) error {
	for i := range p.Base() {
		v := &p.Base()[i]
		if v.Text == p.Name || slices.Contains(below, v.Text) {
			return v.Wrong("profile "+quoted(v.Text)+" would be over itself", "leave out one of the two")
		}
		base, err := e.find(v.Text)
		if err == nil {
			err = e.add(base, append(below, p.Name))
		}
		if err != nil {
			return err
		}
	}
	if len(e.stack) >= mostProfiles {
		return &Error{Source: p.Source, Problem: "more than " + itoa(mostProfiles) + " profiles are one over the other", Fix: "name fewer"}
	}
	e.stack = append(e.stack, p)
	return nil
}

// Switch says whether a key is on, and whether anybody says so or otherwise.
func (s Stack) Switch(name string) (on, said bool) {
	v := s.last(name)
	return v != nil && v.Text == "true", v != nil
}

// Text is the value of a key, nil if nobody gives one.
func (s Stack) Text(name string) *Value { return s.last(name) }

// last is the last value of a key that no later profile takes back by saying another of its
// group.
func (s Stack) last(name string) *Value {
	i := find(name)
	for n := len(s) - 1; n >= 0 && i >= 0; n-- {
		if v := s[n].set[i]; len(v) > 0 {
			return &v[len(v)-1]
		}
		if s[n].takesBack(i) {
			return nil
		}
	}
	return nil
}

// takesBack says whether p says another key of the group of key i, other than that it is off.
func (p *Profile) takesBack(i int) bool {
	for other := range keys {
		if other != i && keys[i].group != alone && keys[other].group == keys[i].group && len(p.set[other]) > 0 && p.set[other][0].Text != "false" {
			return true
		}
	}
	return false
}

// List is all the values of a key, of every profile in their order.
func (s Stack) List(name string) (all []*Value) {
	for _, p := range s {
		all = append(all, p.list(find(name))...)
	}
	return all
}

func (p *Profile) list(i int) (all []*Value) {
	for n := range p.set[i] {
		all = append(all, &p.set[i][n])
	}
	return all
}

// Mounts are the values of all keys that are mounts, in the order in which they are to be
// made: profile by profile, and in one of them what lies deeper later. Of two at the same
// place the one whose key is the last in the table holds, so ro over rw.
func (s Stack) Mounts() (all []*Value) {
	for _, p := range s {
		own := p.ofRole(mount)
		slices.SortStableFunc(own, func(a, b *Value) int { return cmp.Compare(a.depth(), b.depth()) })
		all = append(all, own...)
	}
	return all
}

// Variables are the values of all keys that change the environment, in the order in which
// that is to be done: profile by profile clearenv, unsetenv, env. A clearenv that is false
// is not among them: it takes back what profiles before it say.
func (s Stack) Variables() (all []*Value) {
	clear := s.last("clearenv")
	for _, p := range s {
		for _, v := range p.ofRole(variable) {
			if v.Key() != "clearenv" || v == clear && v.Text == "true" {
				all = append(all, v)
			}
		}
	}
	return all
}

func (p *Profile) ofRole(r role) (all []*Value) {
	for i := range keys {
		if keys[i].role == r {
			all = append(all, p.list(i)...)
		}
	}
	return all
}

// depth is how many directories are above the target.
func (v *Value) depth() int {
	_, target := v.ends()
	return strings.Count(path.Clean(target), "/")
}

// ends are the two paths of a volume, or twice the one path.
func (v *Value) ends() (source, target string) {
	if v.Key() != "volume" {
		return v.Text, v.Text
	}
	parts := strings.Split(v.Text, ":")
	return parts[0], parts[1]
}

// Settings are all the values that are in force, key by key in the order of the table.
func (s Stack) Settings() (all []*Value) {
	for i := range keys {
		switch {
		case keys[i].role == about:
		case keys[i].kind == List:
			all = append(all, s.List(keys[i].name)...)
		default:
			if v := s.last(keys[i].name); v != nil {
				all = append(all, v)
			}
		}
	}
	return all
}
