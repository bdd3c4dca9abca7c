package seccomp

import "slices"

// Profile says what is to become of each system call, for every architecture at once.
//
// The first rule that names a call, is in scope and whose conditions hold decides; if
// there is none, Default does. A number without a name in our tables, such as a call of a
// kernel newer than them, gives ENOSYS, so that a libc which tries the new call goes on
// to the old one. Only a Default that asks somebody (Log, Trace, Notify) hears of it.
type Profile struct {
	Default Action
	Rules   []Rule
}

// Rule gives calls an action.
type Rule struct {
	Names  []string // those an architecture doesn't have are skipped there
	Action Action
	Conds  []Cond // all must hold
	Only   Scope  // the rule counts only where all of this holds
	Except Scope  // and nowhere any of this holds
}

// Scope limits a rule to some targets. An empty field is no limit.
type Scope struct {
	Arches []string // GOARCH names, those without a table of ours too
	Caps   uint64   // bits by the numbers of linux/capability.h
	Since  Kernel
}

// Prepend puts rules before all others, so that they win over them: for what the user of a
// profile wants to change in it.
func (p *Profile) Prepend(rules ...Rule) { p.Rules = slices.Concat(rules, p.Rules) }

// counts tells whether a rule counts for an architecture of a target. It follows Docker:
// all of Only must hold, and each capability of it be there; one of Except is enough.
func (r *Rule) counts(a Arch, t *Target) bool {
	return r.Only.all(a, t) && !r.Except.any(a, t)
}

func (s *Scope) all(a Arch, t *Target) bool {
	return (len(s.Arches) == 0 || slices.Contains(s.Arches, a.String())) &&
		t.Caps&s.Caps == s.Caps &&
		!t.Kernel.before(s.Since)
}

func (s *Scope) any(a Arch, t *Target) bool {
	return slices.Contains(s.Arches, a.String()) ||
		t.Caps&s.Caps != 0 ||
		s.Since != Kernel{} && !t.Kernel.before(s.Since)
}
