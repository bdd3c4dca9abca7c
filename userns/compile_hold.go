package userns

import (
	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
	"snug/userns/rootfs"
)

// hold mounts a name of the project on itself, or a link to nothing on a name that is
// to be missing. Both ends of the mount are one descriptor, reached from the directory
// that the names are in without a link on the way.
func (v *viewCompiler) hold(s *rootfs.Step) {
	if v.heldIn != s.Source {
		if v.heldIn != "" {
			v.Add(unix.SYS_CLOSE, v.holding)
		}
		v.holding, v.heldIn = v.open(s.Source), s.Source
	}
	name := s.Path[len(s.Source)+1:]
	how := openHow(unix.O_PATH|unix.O_CLOEXEC|unix.O_NOFOLLOW, unix.RESOLVE_BENEATH|unix.RESOLVE_NO_SYMLINKS)
	at := launch.Held(v.Keep(unix.SYS_OPENAT2, v.holding, v.Text(name), v.Bytes(how), launch.Int(len(how))))
	var tree launch.Arg
	if s.Link != "" { // of our own making: it has all that the root's mount has
		tree = launch.Held(v.Keep(unix.SYS_OPEN_TREE, v.root, v.Text(s.Link), launch.Int(unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_SYMLINK_NOFOLLOW)))
	} else {
		tree = v.openTree(at, "", unix.AT_EMPTY_PATH)
		v.SetAttr(tree, unix.MountAttr{Attr_set: attributes(s)}, unix.AT_RECURSIVE)
	}
	v.Add(unix.SYS_MOVE_MOUNT, tree, v.Empty(), at, v.Empty(), launch.Int(unix.MOVE_MOUNT_F_EMPTY_PATH|unix.MOVE_MOUNT_T_EMPTY_PATH))
	v.Add(unix.SYS_CLOSE, tree)
	v.Add(unix.SYS_CLOSE, at)
}
