// Package cgroupv2 bounds, freezes, ends and measures groups of processes, for an
// ordinary user, with what the kernel and systemd delegate to one.
//
//	tree, err := cgroupv2.Open(ctx, cgroupv2.TreeOptions{Name: "build", Controllers: limits.Controllers()})
//	leaf, err := tree.NewLeaf(cgroupv2.LeafOptions{Limits: limits})
//	cmd.SysProcAttr = &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: leaf.FD()}
//
// # Theory of operation
//
// A [Tree] is a part of the machine's cgroup tree that is the caller's to divide. There
// are two ways to one, tried in this order:
//
//   - below the caller's own cgroup, or one above it, if that was delegated (direct.go,
//     delegated.go): a few system calls, no systemd needed;
//   - a scope, which the user's systemd manager makes on request (scope.go, request.go, dial.go, bus.go). The
//     request needs a living process to make it around: the keeper (keeper.go), which
//     also sees to the end of all when the caller dies.
//
// A [Leaf] is a cgroup in a tree: that is where processes are, and limits. The tree's own
// cgroup has none, since a cgroup with processes can't give controllers to those below it.
// [Limits] are data; hold.go writes them one by one and reads each back, because
// everybody involved may accept a limit without holding it: systemd reports
// MemoryMax=64M as done, and shows it, on a tree without a memory controller. A limit
// that doesn't read back is an error, or, for the best effort, one of [Leaf].Missing.
// For the same reason what systemd says it did is looked up in /proc.
//
// A [Cell] is a tree with one leaf for one sandbox, which overlaps what systemd does with
// what the sandbox does; it, and a leaf, can be the Cgroup of a sandbox of package
// userns, which this package doesn't know.
//
// All of it is bounded: one deadline holds from the handshake with systemd to the end of
// its job, and whatever fails or dies on the way leaves no scope, no directory and no
// process behind.
package cgroupv2
