// Package faults breaks things around a sandbox, and in it, and looks for what
// is left over: nothing must be.
//
// # Theory of operation
//
// The question after every break is the same: is everything gone? Two answers
// are needed. The command and whatever it started has the writing end of a pipe
// as its standard output, its lifeline: a daemon may change its name, session
// and parent, but the end of file at the reading end proves that the last of
// them has ended. Snug and pid 1 need no such stream, but carry the command line
// in theirs, so they are found by a word in it that no other process has.
//
// What is left in other ways is counted before and after: descriptors, threads,
// memory and zombies of this process, which uses the library; mounts and files;
// and namespaces, by allowing only so many.
//
// list_test.go says what can go wrong, and which test makes it go wrong, of this package
// and of others; a test of its own keeps that true.
//
// SNUG_FAULTS=long makes the tests that repeat something repeat it more often:
// 10 000 runs in a row instead of 1000.
package faults
