package userns

import (
	"io"

	"snug/userns/internal/launch"
)

// Explain prints the system calls that carry the plan out, one a line, in the
// manner of strace(1). It makes none of them.
func (p *Plan) Explain(w io.Writer) error {
	return launch.Explain(w, p.compile(doors{}), p.cloneFlags())
}

// Step is one thing that a new process does, named as in an [Error].
type Step struct{ Do, On string }

// Steps lists what the new process will do, in order, without the clone that makes it:
// where a launch failed, all that stands before the step of its error was done.
func (p *Plan) Steps() (steps []Step) {
	for _, s := range p.compile(doors{}).Steps {
		if step := (Step{s.Do, s.On}); len(steps) == 0 || steps[len(steps)-1] != step {
			steps = append(steps, step)
		}
	}
	return steps
}
