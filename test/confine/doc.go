// Package confine finds out what a program in a sandbox can reach or change that it
// must not.
//
// # Theory of operation
//
// The test puts bait on the host (open descriptors, sockets, shared memory,
// secrets, a process: lay.go), sends the program scout into a sandbox, once for
// every way of mapping ids, and makes a test of each line that scout prints. What
// must be out of reach, and what must go on working, is listed in package check.
//
// It runs with both executors, as SNUG_PORTABLE says.
package confine
