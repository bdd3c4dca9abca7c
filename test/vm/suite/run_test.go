//go:build vm

package suite

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"snug/test/await"
)

// run runs a command to its end and returns how it ended, whatever that is: only if it
// can't be started, or takes more than a minute, the test fails.
func (p *place) run(t testing.TB, args ...string) Result {
	t.Helper()
	return p.start(t, Command{Args: args}).wait(t)
}

// ok runs a command that must succeed and returns what it printed, trimmed.
func (p *place) ok(t testing.TB, args ...string) string {
	t.Helper()
	r := p.run(t, args...)
	if r.Code != 0 {
		t.Fatalf("%s: %v: %v", p.name, args, r)
	}
	return strings.TrimSpace(r.Out)
}

// start starts a command, which is killed at the end of the test if it still runs.
func (p *place) start(t testing.TB, c Command) *proc {
	t.Helper()
	if c.Timeout == 0 {
		c.Timeout = time.Minute
	}
	running := &proc{place: p, args: c.Args}
	if err := p.client.Call("Agent.Start", c, &running.pid); err != nil {
		t.Fatalf("%s: start %v: %v", p.name, c.Args, err)
	}
	t.Cleanup(func() {
		if !running.ended {
			_ = p.client.Call("Agent.Signal", Signal{running.pid, syscall.SIGKILL}, new(int))
			_ = p.client.Call("Agent.Wait", running.pid, &Result{})
		}
	})
	return running
}

// A proc is a command that was started. Its pid is good on all of the machine.
type proc struct {
	place *place
	args  []string
	pid   int
	ended bool
}

// wait waits for its end.
func (p *proc) wait(t testing.TB) (r Result) {
	t.Helper()
	p.ended = true
	if err := p.place.client.Call("Agent.Wait", p.pid, &r); err != nil {
		t.Fatalf("%s: wait for %v: %v", p.place.name, p.args, err)
	}
	if r.TimedOut {
		t.Fatalf("%s: %v: timed out: %v", p.place.name, p.args, r)
	}
	return r
}

// signal sends a signal to its process group.
func (p *proc) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	if err := p.place.client.Call("Agent.Signal", Signal{p.pid, s}, new(int)); err != nil {
		t.Fatalf("%s: signal %v: %v", p.place.name, p.args, err)
	}
}

// output is what it has printed so far.
func (p *proc) output(t testing.TB) (r Result) {
	t.Helper()
	if err := p.place.client.Call("Agent.Output", p.pid, &r); err != nil {
		t.Fatalf("%s: output of %v: %v", p.place.name, p.args, err)
	}
	return r
}

// says waits until its output has that text and returns the output.
func (p *proc) says(t testing.TB, text string) string {
	t.Helper()
	var r Result
	await.True(t, fmt.Sprintf("%q from %v", text, p.args), func() bool {
		r = p.output(t)
		return strings.Contains(r.Out, text)
	}, &r)
	return r.Out
}

func (r Result) String() string {
	var s strings.Builder
	s.WriteString(fmt.Sprintf("exit %d after %v", r.Code, r.Took.Round(time.Millisecond)))
	for _, text := range []string{r.Out, r.Err} {
		if text = strings.TrimSpace(text); text != "" {
			s.WriteString("\n" + text)
		}
	}
	return s.String()
}
