package seccomp

// Settle gives what is left of a profile on one target, for readers that know nothing of
// scopes, as the runtimes below Docker and podman: rules that don't count there are gone, and
// the others count everywhere. The target's first architecture is meant, or Native.
func (p *Profile) Settle(t Target) (*Profile, error) {
	arches, err := t.arches()
	if err != nil {
		return nil, err
	}
	settled := &Profile{Default: p.Default}
	for _, r := range p.Rules {
		if r.counts(arches[0], &t) {
			r.Only, r.Except = Scope{}, Scope{}
			settled.Rules = append(settled.Rules, r)
		}
	}
	return settled, nil
}
