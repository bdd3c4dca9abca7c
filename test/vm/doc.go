// Package vm runs the tests of snug that need a machine of their own: one where
// systemd is pid 1, logind keeps sessions, and cgroup v2 has all its controllers.
//
// # Theory of operation
//
// A container or a build machine has somebody else's cgroups, so a limit that is
// set there proves little. The machine here is emulated, as an ordinary user, from
// packages of the distribution: test/vm/image makes its disk and kernel once and
// keeps them, test/vm/disk says what is on the disk.
//
// TestGuest, behind the build tag vm, boots it once. It builds snug, the helpers
// load and scout, and the tests of package suite, gives them to the machine as a second
// disk (a tar), and test/vm/guest starts them there as the user tester. What
// they print comes back over a serial line as it is printed, and each test of the
// suite becomes a subtest here. A test that began and has no result, a status other
// than 0, a console that went silent: each is a failure that shows the end of the
// console.
//
//	make test-vm TESTFLAGS='-run Guest/Swap -v'
//
// runs the tests of the suite whose name matches Swap.
package vm
