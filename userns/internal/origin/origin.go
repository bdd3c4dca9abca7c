// Package origin remembers what the process was started with, before the Go
// runtime changed it.
//
// # Theory of operation
//
// Package syscall raises the soft limit on descriptors as it is initialised and
// takes that back in a process that it starts itself, but tells nobody else what
// the limit was (its origRlimitNofile is not to be linked to). Packages without
// imports are initialised in the order of their paths, and before any that
// imports something; this one imports nothing and comes before syscall in the
// alphabet, so its first look at the limit is the caller's.
//
// Without imports there is no system call but one in assembler. Other
// architectures than amd64 don't know the limit, and the command starts with the
// one that Go raised.
//
// It is early enough for one thing more: to give the main goroutine a large stack before it
// grows step by step, see roomy.
package origin

// limits is filled before main, see the package comment.
var limits = read()

// Nofile is the limit on descriptors that the process was started with, soft and
// hard; ok is false where that is not known.
func Nofile() (soft, hard uint64, ok bool) { return limits.soft, limits.hard, limits.known }

type rlimit struct {
	soft, hard uint64
	known      bool
}
