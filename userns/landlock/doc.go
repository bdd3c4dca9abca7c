// Package landlock says what Landlock(7) is to hold a sandbox to, besides the
// mounts of its view. It is pure: it makes no system call.
//
// # Theory of operation
//
// The view of a sandbox is one wall: what is not mounted is not there, what is
// mounted read-only can't be written. Landlock is a second one, of other code in
// the kernel: a process gives up rights to files for itself and all its
// descendants, and no mount, descriptor or capability brings them back. If the
// first wall has a hole, the second still stands.
//
// The kernel knows a set of access rights, which grows with its ABI ([Files]). A
// [Domain] handles some: these are refused everywhere but where a [Rule] allows
// them, at a file or a directory and all below it. The rules are few, since each
// costs an open:
//
//   - one for the root of the view: read, list and execute;
//   - one for each place that may be written and isn't below another such place.
//
// So whatever leads out of the view, a descriptor of a directory of the host for
// example, leads to files without a rule: they can't even be read.
//
// # What it doesn't do
//
// Rules only add. A read-only place below a writable one, such as .git/hooks in a
// project, is held by its mount alone; [Domain.Bare] lists these. A rule is for an
// inode, by whichever path it is reached. Rights that are in a descriptor already
// stay in it; so do files that belong to no directory (pipes, sockets, memfds).
// There are no rights for what a file is rather than holds: stat, chmod, chown, times,
// extended attributes, nor for a socket with a path. And whoever is held to rules
// for files may change no mount (EPERM), even in a user namespace of his own.
//
// Scopes are about other processes: a process in the domain reaches abstract
// sockets and sends signals only inside. They stand in for network and pid
// namespaces where these are shared.
package landlock
