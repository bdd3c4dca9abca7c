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
