package userns

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
)

// An error about any call of a plan's is an error about one of its steps.
func TestSteps(t *testing.T) {
	for name, spec := range specs() {
		p, err := Resolve(spec, testHost())
		if err != nil {
			t.Fatal(err)
		}
		steps, prog := p.Steps(), p.compile(doors{})
		for i := range prog.Calls {
			e, ok := p.explainFailure(prog, &launch.Failure{Call: i, Errno: unix.EIO}).(*Error)
			if !ok || e.Do != "run" && !slices.Contains(steps, Step{e.Do, e.On}) {
				t.Errorf("%s, call %d: %v is no step", name, i, e)
			}
		}
		for i := 1; i < len(steps); i++ {
			if steps[i] == steps[i-1] {
				t.Errorf("%s: %v is there twice", name, steps[i])
			}
		}
	}
}
