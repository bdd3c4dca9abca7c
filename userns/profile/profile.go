package profile

import "cmp"

// Profile is one file, taken apart. It doesn't change.
type Profile struct {
	Name   string // as others ask for it
	Source string // the file, or "built in"
	set    [len(keys)][]Value
}

// Value is one value, and where it stands. Of a switch it is true or false.
type Value struct {
	Text    string
	profile *Profile
	key     int
	place   place
}

// place is where something stands in a text, and the line with its underline.
type place struct {
	line, column int // from 1; 0 is nowhere
	excerpt      []string
}

// BuiltIn is the Source of a profile that comes with the program.
const BuiltIn = "built in"

// Description is the profile's own word about itself.
func (p *Profile) Description() string {
	if v := p.set[find("description")]; len(v) > 0 {
		return v[0].Text
	}
	return ""
}

// Base lists the profiles that this one is over.
func (p *Profile) Base() []Value { return p.set[find("profile")] }

// From says whose value it is: a profile's name and the line.
func (v *Value) From() string {
	if v.place.line == 0 {
		return v.profile.Name
	}
	return v.profile.Name + " line " + itoa(v.place.line)
}

// Key is the word it belongs to.
func (v *Value) Key() string { return keys[v.key].name }

// Wrong is an error about the value: what is wrong with it, and what to do.
func (v *Value) Wrong(problem, fix string) *Error {
	return &Error{
		Source: cmp.Or(v.profile.Source, v.profile.Name), Line: v.place.line, Column: v.place.column,
		Problem: v.Key() + ": " + problem, Fix: fix, excerpt: v.place.excerpt,
	}
}
