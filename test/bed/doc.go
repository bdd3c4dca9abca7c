// Package bed tests beside a user manager of systemd's that no boot has started.
//
// # Theory of operation
//
// What snug asks of systemd it asks of the user manager, over D-Bus. That one needs no
// system manager above it, only a cgroup to be the master of and a directory for its
// sockets. test/bed/enter makes both in namespaces of its own, with the layout of a
// machine that has booted, and starts systemd and D-Bus from this machine's packages: it
// takes a fifth of a second where the machine of package vm takes seven.
//
// The price is that there are no controllers. Cgroups are there, can be filled, frozen
// and killed; but a limit is accepted, reported as done and shown as set, and does not
// hold. Which is a test of its own: a caller must not believe what it was told.
//
// The tests, behind the build tag bed, run as an ordinary user, in a scope of the
// user manager's: make test-bed. What a limit does is for package vm.
package bed
