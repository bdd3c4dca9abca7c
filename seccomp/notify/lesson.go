package notify

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"snug/seccomp"
)

// Lesson writes down what a command asks of the kernel, and lets it have it: no call is
// refused but those of other architectures, which no profile allows, and those that have no
// name in our tables, which get ENOSYS as they will under the profile. The zero value is
// ready, for one sandbox. It is what userns.Spec.Supervisor takes.
type Lesson struct {
	// Always are calls that the profile is to allow even if nobody made them.
	Always []string

	mu      sync.Mutex
	made    map[string][][]seccomp.Cond // by name: the kinds of a call that is many
	unnamed map[uint32]bool
}

// mostKinds of one call are told apart; one with more is allowed whatever its arguments.
const mostKinds = 48

// unasked are calls that the profile always has, and that pass without a question. A thread
// that waits can be interrupted by a signal until its question has been read: with a handler
// that doesn't restart calls that is EINTR, which programs know from read and wait and not
// from fork ("Cannot fork") or mmap. These are such as every program makes, and reach no
// further than it does anyway.
var unasked = []string{
	"fork", "vfork", "execve", "exit", "exit_group", "brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "set_tid_address", "set_robust_list", "rseq", "arch_prctl",
	"gettid", "getpid", "getuid", "geteuid", "getgid", "getegid", "getpgid", "getpgrp", "setpgid", "getsid",
	"dup", "dup2", "dup3", "fcntl", "fcntl64", "close", "close_range", "pipe", "pipe2", "lseek", "_llseek",
	"stat", "lstat", "fstat", "newfstatat", "statx", "stat64", "lstat64", "fstat64", "fstatat64", "access", "faccessat", "faccessat2",
	"readlink", "readlinkat", "getcwd", "umask", "prlimit64", "getrlimit", "sched_yield", "sched_getaffinity", "clock_gettime",
}

// unaskedRules let them pass, and clone as far as it makes no namespaces.
func unaskedRules() []seccomp.Rule {
	return []seccomp.Rule{
		{Names: unasked, Action: seccomp.Allow},
		{Names: []string{"clone"}, Action: seccomp.Allow, Conds: selectorOf("clone").conds(&seccomp.Call{})},
	}
}

// Filter makes a filter that asks about everything but those; what f would refuse is of no
// account.
func (l *Lesson) Filter(*seccomp.Filter) (*seccomp.Filter, error) {
	return seccomp.Compile(&seccomp.Profile{Default: seccomp.Notify, Rules: unaskedRules()}, seccomp.Target{})
}

// Serve answers until nobody is left under the filter. It takes the listener over.
func (l *Lesson) Serve(listener int, _ *seccomp.Filter) {
	from := Open(listener)
	defer from.Close()
	for {
		a, err := from.Next()
		if err != nil {
			return
		}
		if name := a.Arch().Name(a.Number); name != "" {
			a.Allow() // first of all: the command waits
			l.learn(name, &a.Call)
			continue
		}
		a.Refuse(unix.ENOSYS)
		l.wonder(a.Number)
	}
}

// Killed is false for all: nobody is.
func (l *Lesson) Killed(int) bool { return false }

func (l *Lesson) learn(name string, c *seccomp.Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.made == nil {
		l.made = map[string][][]seccomp.Cond{}
	}
	kinds := l.made[name]
	var kind []seccomp.Cond
	if s := selectorOf(name); s != nil {
		kind = s.conds(c)
	}
	if len(kinds) <= mostKinds && !slices.ContainsFunc(kinds, func(k []seccomp.Cond) bool { return slices.Equal(k, kind) }) {
		l.made[name] = append(kinds, kind)
	}
}

func (l *Lesson) wonder(number uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unnamed == nil {
		l.unnamed = map[uint32]bool{}
	}
	if len(l.unnamed) < mostKinds {
		l.unnamed[number] = true
	}
}

// Unnamed lists numbers of calls that have no name here: the kernel may have them, and the
// profile can't.
func (l *Lesson) Unnamed() []uint32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []uint32
	for n := range l.unnamed {
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}

// Profile is what was learned so far: all else gives ENOSYS, as from a kernel that doesn't
// have it.
func (l *Lesson) Profile() *seccomp.Profile {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &seccomp.Profile{Default: seccomp.Errno(unix.ENOSYS)}
	plain := seccomp.Rule{Names: slices.Concat(unasked, l.Always), Action: seccomp.Allow}
	plain.Names = slices.DeleteFunc(plain.Names, func(name string) bool { return name == "clone" }) // never all of it
	p.Rules = unaskedRules()[1:]
	for name, kinds := range l.made {
		if slices.Contains(plain.Names, name) {
			continue
		}
		if kinds[0] == nil || len(kinds) > mostKinds {
			plain.Names = append(plain.Names, name)
			continue
		}
		slices.SortFunc(kinds, byValue)
		for _, k := range kinds {
			p.Rules = append(p.Rules, seccomp.Rule{Names: []string{name}, Action: seccomp.Allow, Conds: k})
		}
	}
	plain.Names = slices.DeleteFunc(plain.Names, func(name string) bool { _, ok := seccomp.Native().Number(name); return !ok })
	slices.Sort(plain.Names)
	plain.Names = slices.Compact(plain.Names)
	slices.SortStableFunc(p.Rules, func(x, y seccomp.Rule) int { return strings.Compare(x.Names[0], y.Names[0]) })
	if len(plain.Names) > 0 {
		p.Prepend(plain)
	}
	return p
}

// Empty tells that nothing was asked: no command ran.
func (l *Lesson) Empty() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.made) == 0
}

func byValue(x, y []seccomp.Cond) int {
	for i := range x {
		if x[i].Value != y[i].Value {
			if x[i].Value < y[i].Value {
				return -1
			}
			return 1
		}
	}
	return 0
}
