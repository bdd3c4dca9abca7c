package notify

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"snug/seccomp"
)

// Refusals collects what a filter refuses, while it is refused just as before. The zero
// value is ready, for one sandbox. It is what userns.Spec.Supervisor takes.
type Refusals struct {
	// KillsOnly leaves errors to the kernel, which is faster, and collects the calls that
	// somebody is killed for.
	KillsOnly bool

	// Witness, if set, hears besides what the command reaches for: the filter then asks about
	// calls that name a file or an address, too, as far as it allows them whatever their
	// arguments, and the answer is that they are made.
	Witness Witness

	names  resolver
	mu     sync.Mutex
	seen   []*Refused
	killed []int
}

// Refused is calls of one kind: those that one statement of a profile would allow, with the
// same fate.
type Refused struct {
	Name   string
	Calls  []string // as [Asked.Describe] writes them; the first few, if they differ
	Others bool     // there were more that differ
	Action seccomp.Action
	Times  uint64
	// Programs that made it, by the names of their executables; the first few of them.
	Programs []string
	First    seccomp.Call

	kind []seccomp.Cond
}

// usual are calls that a libc tries first and does without. Whoever waits for an answer can be
// interrupted by a signal (EINTR) until the question has been read, and a program that starts
// a thread knows nothing of that. The default profile refuses them whatever their arguments.
var usual = []string{"clone3"}

// A command can make calls for ever: what is kept of them has an end.
const (
	mostOfName   = 32 // kinds of a call; all others are the last one's
	mostCalls    = 3
	mostPrograms = 8
)

// Filter makes the filter that asks. A nil filter refuses nothing, and is an error.
func (r *Refusals) Filter(f *seccomp.Filter) (*seccomp.Filter, error) {
	if f == nil {
		return nil, errors.New("there is no filter that could refuse anything")
	}
	if r.KillsOnly {
		return f.Asking(seccomp.Action.Kills), nil
	}
	asking := f.Asking(seccomp.Action.Refuses, usual...)
	if r.Witness != nil {
		asking = asking.AskingAlso(touchers()...)
	}
	return asking, nil
}

// Serve answers what f says, until nobody is left under the filter that was made of it. It
// takes the listener over.
func (r *Refusals) Serve(listener int, f *seccomp.Filter) {
	l := Open(listener)
	defer l.Close()
	if r.Witness == nil {
		r.serve(l, f, &sync.Mutex{})
		return
	}
	var turns sync.Mutex
	var all sync.WaitGroup
	for range listeners {
		own := *l
		all.Go(func() { r.serve(&own, f, &turns) })
	}
	all.Wait()
}

// listeners take questions by turns, so that the next one is read while one is answered: a
// thread may be interrupted by a signal until its question has been read.
const listeners = 4

// serve answers questions while others wait for the next.
func (r *Refusals) serve(l *Listener, f *seccomp.Filter, turns *sync.Mutex) {
	for {
		turns.Lock()
		a, err := l.Next()
		turns.Unlock()
		if err != nil {
			return
		}
		if action := f.Decide(&a.Call); action == seccomp.Allow && r.Witness != nil {
			r.tell(a)
		} else {
			r.answer(a, action)
		}
	}
}

// tell has a witness hear of a call, which is made in any case.
func (r *Refusals) tell(a *Asked) {
	if t := a.touch(&r.names); t != nil && a.Waits() {
		r.Witness.Saw(t)
	}
	a.Allow()
}

func (r *Refusals) answer(a *Asked, action seccomp.Action) {
	call, who, pid := a.Describe(), program(a.Thread), innerPID(a.Thread)
	if !a.Waits() {
		return // those may be another's
	}
	r.add(a, call, who, action)
	switch {
	case action.Kills():
		r.mu.Lock()
		r.killed = append(r.killed, pid)
		r.mu.Unlock()
		a.Kill()
	case action.Errno() != 0:
		a.Refuse(action.Errno())
	default: // an errno of 0, or a profile of the user's that asks: there is nobody else
		a.Refuse(unix.ENOSYS)
	}
}

func (r *Refusals) add(a *Asked, call, who string, action seccomp.Action) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var kind []seccomp.Cond
	if s := selectorOf(a.Name()); s != nil {
		kind = s.conds(&a.Call)
	}
	entry := r.find(a.Name(), kind, action)
	if entry == nil {
		entry = &Refused{Name: a.Name(), Action: action, First: a.Call, kind: kind}
		r.seen = append(r.seen, entry)
	}
	entry.Times++
	switch {
	case slices.Contains(entry.Calls, call):
	case len(entry.Calls) < mostCalls:
		entry.Calls = append(entry.Calls, call)
	default:
		entry.Others = true
	}
	if !slices.Contains(entry.Programs, who) && len(entry.Programs) < mostPrograms {
		entry.Programs = append(entry.Programs, who)
	}
}

// find gives the entry for a call, nil if it has to be made.
func (r *Refusals) find(name string, kind []seccomp.Cond, action seccomp.Action) *Refused {
	same := 0
	for _, x := range r.seen {
		if x.Name != name || x.Action != action {
			continue
		}
		if same++; slices.Equal(x.kind, kind) || same == mostOfName {
			return x
		}
	}
	return nil
}

// List gives what was refused so far, what happened most often first.
func (r *Refusals) List() []Refused {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]Refused, 0, len(r.seen))
	for _, x := range r.seen {
		c := *x
		c.Calls, c.Programs = slices.Clone(x.Calls), slices.Clone(x.Programs)
		list = append(list, c)
	}
	slices.SortStableFunc(list, func(x, y Refused) int { return cmp.Compare(y.Times, x.Times) })
	return list
}

// Killed tells whether the process with this id in the sandbox's pid namespace was killed
// for a call: the kernel would have ended it with SIGSYS.
func (r *Refusals) Killed(pid int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Contains(r.killed, pid)
}

// Statement is what a profile would have to say so that the call is made: what follows
// "allow" in the text form. "" says that no profile can.
func (x *Refused) Statement() string {
	a := seccomp.ArchByAudit(x.First.Arch)
	if a != seccomp.Native() || !seccomp.Known(x.Name) {
		return ""
	}
	r := seccomp.Rule{Names: []string{x.Name}, Action: seccomp.Allow, Conds: x.kind}
	_, statement, _ := strings.Cut((&seccomp.Profile{Rules: []seccomp.Rule{r}}).Text(), "allow ")
	return strings.TrimSpace(statement)
}
