package main

import "strings"

//go:generate go run ./gen

// The second reader of the grammar. It knows the long form of every flag of
// `run`, a value in the next word or after =, and the single letters on their
// own. Whatever else it meets, it gives up, and kong reads the whole line and
// finds the words for what is wrong: so it can be faster without ever meaning
// something else (FuzzFast compares the two).

// fastFlag is one flag, generated from the grammar (fast_flags.go).
type fastFlag struct {
	name  string
	kind  fastKind
	bool  func(*runCmd) *bool
	text  func(*runCmd) *string
	texts func(*runCmd) *[]string
}

type fastKind uint8

const (
	fastBool fastKind = iota
	fastText
	fastTexts
	fastOrdered
	fastOrderedFlag
)

// readFast fills r from args. false says: ask kong, with a new runCmd.
func readFast(r *runCmd, args []string) bool {
	for i := 0; i < len(args); {
		arg := args[i]
		if arg == "--" || !strings.HasPrefix(arg, "-") {
			r.Args = withoutDashes(args[i:])
			return len(r.Args) > 0
		}
		used := r.readFlag(arg, args[i+1:])
		if used == 0 {
			return false
		}
		i += used
	}
	return false // no command
}

// readFlag reads one flag and returns how many words that were, or 0.
func (r *runCmd) readFlag(arg string, rest []string) int {
	name, value, attached := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
	switch {
	case !strings.HasPrefix(arg, "--") && len(arg) == 2:
		name = arg
	case !strings.HasPrefix(arg, "--") || strings.HasPrefix(name, "-"):
		return 0
	}
	f := findFast(name)
	if f == nil {
		return 0
	}
	if f.kind == fastBool || f.kind == fastOrderedFlag {
		if attached {
			return 0
		}
		r.setFlag(f)
		return 1
	}
	if attached {
		rest = append([]string{value}, rest...)
	}
	used := r.setValue(f, rest, attached)
	if used > 0 && !attached {
		used++
	}
	return used
}

func (r *runCmd) setFlag(f *fastFlag) {
	if f.kind == fastBool {
		*f.bool(r) = true
		return
	}
	r.Ordered = append(r.Ordered, typed{flag: f.name})
}

// setValue takes the value from rest and returns how many words it was.
func (r *runCmd) setValue(f *fastFlag, rest []string, attached bool) int {
	n := 1
	if f.kind == fastOrdered && len(rest) > 0 {
		n = words(f.name, rest[0])
	}
	if len(rest) < n {
		return 0
	}
	for i, v := range rest[:n] {
		if strings.HasPrefix(v, "-") && !(attached && i == 0) {
			return 0 // kong wants to hear more about that
		}
	}
	if f.kind != fastOrdered && rest[0] == "" {
		return 0
	}
	switch f.kind {
	case fastText:
		*f.text(r) = rest[0]
	case fastTexts:
		*f.texts(r) = append(*f.texts(r), rest[0])
	case fastOrdered:
		r.Ordered = append(r.Ordered, typed{flag: f.name, values: append([]string(nil), rest[:n]...)})
	}
	return n
}

// findFast looks a flag up, by its long name or as a dash and a letter.
func findFast(name string) *fastFlag {
	for i := range fastNames {
		if fastNames[i].name == name {
			return &fastFlags[fastNames[i].index]
		}
	}
	return nil
}
