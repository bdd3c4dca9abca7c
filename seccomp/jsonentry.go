package seccomp

import "slices"

// jsonActionName finds the JSON name, whatever number the action carries.
func jsonActionName(a Action) string {
	for i := range jsonActions {
		if j := &jsonActions[i]; j.value == a || j.value&actionMask == a&actionMask && carries(a) {
			return j.name
		}
	}
	return ""
}

func carries(a Action) bool { return a.valid() && plainWord(a) == "" }

// jsonData gives the number that an action carries.
func jsonData(a Action) *uint32 {
	if !carries(a) {
		return nil
	}
	data := uint32(a & dataMask)
	return &data
}

// repeats tells whether two conditions look at one argument, which JSON takes for "or".
func (r *Rule) repeats() bool { return len(r.eitherIfRepeated()) > 1 }

// entry writes a rule as it stands.
func (r *Rule) entry() jsonRule {
	j := jsonRule{Action: jsonActionName(r.Action), ErrnoRet: jsonData(r.Action)}
	for _, c := range r.Conds {
		j.Args = append(j.Args, c.jsonArg())
	}
	j.Includes, j.Excludes = r.Only.json(), r.Except.json()
	return j
}

func (c Cond) jsonArg() jsonArg {
	arg := jsonArg{Index: c.Arg, Value: c.Value}
	if c.Op == MaskedEqual {
		arg.Value, arg.ValueTwo = c.Mask, c.Value
	}
	for i := range jsonOps {
		if jsonOps[i].value == c.Op {
			arg.Op = jsonOps[i].name
		}
	}
	return arg
}

func (s *Scope) json() (j jsonScope) {
	for _, name := range s.Arches {
		j.Arches = append(j.Arches, archToOCI(name))
	}
	j.Caps = capNames(s.Caps)
	if s.Since != (Kernel{}) {
		j.MinKernel = s.Since.String()
	}
	return j
}

// entries writes a space: as many as its ranges need conditions.
func (s *space) entries(a Action) []jsonRule {
	conds := [][]Cond{nil}
	for arg := range uint8(dimCaps) {
		ways := s.dims[arg].conds(arg)
		if len(ways) == 0 {
			continue
		}
		var combined [][]Cond
		for _, before := range conds {
			for _, c := range ways {
				combined = append(combined, append(slices.Clip(before), c))
			}
		}
		conds = combined
	}
	r := Rule{Action: a, Only: s.only(), Except: s.except()}
	all := make([]jsonRule, 0, len(conds))
	for _, r.Conds = range conds {
		all = append(all, r.entry())
	}
	return all
}

// wide is set in the architectures of a space that is only limited by which it excludes.
const wide = 1 << 63

func (s *space) only() (o Scope) {
	if s.arches&wide == 0 {
		o.Arches = archNamesOf(s.arches)
	}
	caps := s.dims[dimCaps]
	o.Caps, o.Since = caps.mask&caps.value, kernelOf(s.dims[dimKernel].first)
	return o
}

func (s *space) except() (e Scope) {
	if s.arches&wide != 0 {
		e.Arches = archNamesOf(^s.arches)
	}
	caps := s.dims[dimCaps]
	e.Caps = caps.mask &^ caps.value
	if last := s.dims[dimKernel].last; last != everyValue.last {
		e.Since = kernelOf(last + 1)
	}
	return e
}

func kernelOf(version uint64) Kernel { return Kernel{uint16(version >> 16), uint16(version)} }
