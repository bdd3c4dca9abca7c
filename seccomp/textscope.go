package seccomp

import (
	"slices"
	"strings"
)

// keywords end the list of names.
var keywords = [...]string{"if", "on", "not-on", "with", "without", "since", "before"}

// scope reads what follows the conditions.
func (s *statement) scope(r *Rule) (err error) {
	for len(s.words) > 0 && err == nil {
		word, arg := s.next(), s.next()
		if arg == "" {
			return problem(word, " wants something after it")
		}
		list := strings.Split(arg, ",")
		switch word {
		case "on":
			err = addArchs(&r.Only, list)
		case "not-on":
			err = addArchs(&r.Except, list)
		case "with":
			err = addCaps(&r.Only, list)
		case "without":
			err = addCaps(&r.Except, list)
		case "since":
			err = addKernel(&r.Only, arg)
		case "before":
			err = addKernel(&r.Except, arg)
		default:
			err = unknown("word", word, slices.Values(keywords[:]))
		}
	}
	return err
}

func addArchs(s *Scope, list []string) error {
	for _, name := range list {
		if !knownArch(name) {
			return unknown("architecture", name, archNames)
		}
		s.Arches = append(s.Arches, name)
	}
	return nil
}

func addCaps(s *Scope, list []string) error {
	bits, err := capBits(list)
	s.Caps |= bits
	return err
}

func addKernel(s *Scope, arg string) error {
	k, ok := parseKernel(arg)
	if !ok {
		return problem(quoted(arg), " is no kernel version such as 4.8")
	}
	s.Since = k
	return nil
}

func archNames(yield func(string) bool) {
	for _, a := range Arches() {
		if !yield(a.String()) {
			return
		}
	}
}
