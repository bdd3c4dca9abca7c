// Package confine finds out what a program in a sandbox can reach or change that it
// must not.
//
// # Theory of operation
//
// Bait is put on the host: secrets, sockets, shared memory, keys, a process, a
// project with hooks (lay.go, lay_kernel.go). The program scout is sent into a
// sandbox from a terminal, with directories of the host open and secrets in its
// environment (run.go). It makes every check of package check, a row of a table
// there, and prints a line for each; then the host's side is looked at. That is
// done once for every way of mapping ids, and each row becomes a test.
//
// A row that a plain run doesn't stand is in allowed.go, with the reason, and in
// README.md under "What is not confined". A leak that isn't there fails, and so
// does an entry there that doesn't leak any more.
//
// A check that finds nothing proves nothing, unless it finds its bait where there
// is no sandbox: TestChecksSee.
//
// It runs with both executors, as SNUG_PORTABLE says, and on the machine of
// package vm.
//
// Behind the build tag peers, "make confine" asks bubblewrap and firejail the same
// (peers.go) and prints a table (table.go). What one of them closes, snug has to.
package confine
