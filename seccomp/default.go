package seccomp

import (
	_ "embed"
)

// Variant chooses a default profile.
type Variant uint8

// The default profiles.
const (
	Strict Variant = iota // for commands
	Userns                // for commands that make sandboxes of their own
)

// The default profiles as text. Embedding costs nothing at start: nobody reads them then.
var (
	//go:embed default.profile
	strictText string
	//go:embed userns.profile
	usernsText string
)

// Default gives the default filter, compiled when this package was built; false on an
// architecture other than [Native], of which a program carries no filter. It does no
// work and allocates nothing.
func Default(v Variant, a Arch) (*Filter, bool) {
	if a != Native() || a == NoArch {
		return nil, false
	}
	switch v {
	case Strict:
		return &strictFilter, true
	case Userns:
		return &usernsFilter, true
	}
	return nil, false
}

// DefaultProfile reads the profile that [Default] was compiled from: to show it, to change
// it, or to compile it for another target.
func DefaultProfile(v Variant) (*Profile, error) {
	switch v {
	case Strict:
		return ParseText(strictText)
	case Userns:
		// The first rule that fits decides, so what this variant adds goes first.
		return ParseText(usernsText + "\n" + strictText)
	}
	return nil, problem("there is no such default profile")
}
