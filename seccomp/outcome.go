package seccomp

import "slices"

// outcome is what becomes of a call: the first alternative whose conditions hold. The last
// one of a finished outcome has no conditions.
type outcome []alternative

type alternative struct {
	conds  []Cond
	action Action
}

func always(a Action) outcome { return outcome{{action: a}} }

func (o outcome) finished() bool { return len(o) > 0 && len(o[len(o)-1].conds) == 0 }

// finish adds what is done when no rule holds, and drops the tests whose result makes no
// difference: those right before the end that give what the end gives.
func (o outcome) finish(fallback Action) outcome {
	if !o.finished() {
		o = append(o, alternative{action: fallback})
	}
	end := len(o) - 1
	first := end
	for first > 0 && o[first-1].action == o[end].action {
		first--
	}
	return append(o[:first], o[end])
}

func (o outcome) equal(p outcome) bool { return slices.EqualFunc(o, p, alternative.equal) }

func (x alternative) equal(y alternative) bool {
	return x.action == y.action && slices.Equal(x.conds, y.conds)
}
