// Package rootfs composes the file-system view of a sandbox: from layouts and a
// list of wished-for mounts to mount steps in order. It is pure; everything it
// knows about the machine it asks of a [Facts].
//
// # Theory of operation
//
// The root of every sandbox is one small private tmpfs. The entries of the
// host's root (or of --rootfs) are bound into it one by one, read-only, and the
// private directories (/tmp, /home, /run, /dev ...) are simply directories of
// that tmpfs. Compared with a recursive bind of / and tmpfs masks on top of it:
// nothing hidden lies below a mask that could be lifted again, all private
// directories share one size limit, and a mount point that the host doesn't
// have can be made without writing to the host.
//
// While it is composed the view is a [tree]: a node is a directory of our own,
// a bind of something on the host, or a mount of a kernel file system. Placing a
// node replaces what stood at its path, so the last one wins and nothing is
// stacked. A path is resolved in the tree as the kernel will resolve it inside,
// symlinks included; so a link on the host can't lead a mount out of the view,
// and what is mounted by descriptor later (openat2 RESOLVE_IN_ROOT) is what was
// shown. A directory that lacks a wanted mount point is opened up: it becomes
// one of ours, with each of its entries bound.
package rootfs
