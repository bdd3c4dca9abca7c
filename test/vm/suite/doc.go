// Package suite is what is tested on the machine of package vm, from inside.
//
// # Theory of operation
//
// Where a command runs decides what it may do with cgroups: as which user, and in
// which part of the tree. So there is a type for it, place:
//
//	root(t)           root, in a system service
//	shell(t, user)    in a service of the user's manager, as a terminal of a desktop is
//	login(t, user)    in a new session-N.scope, as after ssh; it logs out at the end
//
// user is tester, whose manager has every controller, or plain, whose manager has those
// that Debian gives by default. A place runs commands:
//
//	out := shell(t, tester).ok(t, "snug", "run", "--", "id", "-u")
//
// Behind a place is an agent: this same program, started there, that does what it is
// told over a socket. It costs one process to start the agent and one for each command;
// on an emulated machine, where a process takes 40 ms, that is most of what a test costs.
// The agents of root and of shells are started once and used again, or started anew
// if a test has killed them.
//
// The tests themselves run as tester in a service of pid 1's, next to the user managers,
// so that they may restart those. They can read every cgroup, see package cgroup.
package suite
