package seccomp

import "slices"

var jsonOps = [...]named[Op]{
	{"SCMP_CMP_EQ", Equal},
	{"SCMP_CMP_GE", GreaterEqual},
	{"SCMP_CMP_GT", Greater},
	{"SCMP_CMP_LE", LessEqual},
	{"SCMP_CMP_LT", Less},
	{"SCMP_CMP_MASKED_EQ", MaskedEqual},
	{"SCMP_CMP_NE", NotEqual},
}

// rules gives what a JSON rule means: more than one if it means either of its conditions.
func (j *jsonRule) rules() ([]Rule, error) {
	names := j.Names
	if j.Name != "" {
		if len(names) > 0 {
			return nil, problem("it has both name and names")
		}
		names = []string{j.Name}
	}
	action, err := jsonAction(j.Action, j.Errno, j.ErrnoRet)
	if err != nil {
		return nil, err
	}
	r := Rule{Names: names, Action: action}
	if r.Only, err = j.Includes.scope(); err != nil {
		return nil, at(err, 0, "includes")
	}
	if r.Except, err = j.Excludes.scope(); err != nil {
		return nil, at(err, 0, "excludes")
	}
	for _, arg := range j.Args {
		c, err := arg.cond()
		if err != nil {
			return nil, err
		}
		r.Conds = append(r.Conds, c)
	}
	return r.eitherIfRepeated(), r.validate()
}

// eitherIfRepeated does as runc (matchCall in libcontainer/seccomp): conditions of which two
// look at the same argument become a rule each.
func (r Rule) eitherIfRepeated() []Rule {
	seen := uint64(0)
	for _, c := range r.Conds {
		if seen&(1<<c.Arg) == 0 {
			seen |= 1 << c.Arg
			continue
		}
		var rules []Rule
		for i := range r.Conds {
			one := r
			one.Conds = r.Conds[i : i+1]
			rules = append(rules, one)
		}
		return rules
	}
	return []Rule{r}
}

func (j *jsonArg) cond() (Cond, error) {
	op, ok := find(jsonOps[:], j.Op)
	if !ok {
		return Cond{}, unknown("operator", j.Op, keys(jsonOps[:]))
	}
	if op == MaskedEqual {
		// libseccomp cuts the value too (_db_node_mask_fixup).
		return Cond{Arg: j.Index, Op: op, Mask: j.Value, Value: j.ValueTwo & j.Value}, nil
	}
	return Cond{Arg: j.Index, Op: op, Value: j.Value}, nil
}

func (j *jsonScope) scope() (s Scope, err error) {
	if s.Caps, err = capBits(j.Caps); err != nil {
		return s, err
	}
	if j.MinKernel != "" {
		ok := false
		if s.Since, ok = parseKernel(j.MinKernel); !ok {
			return s, problem(quoted(j.MinKernel), " is no kernel version such as 4.8")
		}
	}
	for _, name := range j.Arches {
		goarch, err := archFromOCI(name)
		if err != nil {
			return s, err
		}
		s.Arches = append(s.Arches, goarch)
	}
	return s, nil
}

// asLibseccomp drops rules that say what the default says, and moves those without
// conditions to the front.
func (p *Profile) asLibseccomp() {
	p.Rules = slices.DeleteFunc(p.Rules, func(r Rule) bool { return r.Action == p.Default })
	slices.SortStableFunc(p.Rules, func(a, b Rule) int {
		return min(len(a.Conds), 1) - min(len(b.Conds), 1)
	})
}
