package userns

import (
	"path"
	"strconv"

	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
	"snug/userns/rootfs"
)

// inRoot makes openat2 treat the new root as the root, and refuse the links of
// /proc that lead out of any.
const inRoot = unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS

// open opens a place in the new root.
func (v *viewCompiler) open(p string) launch.Arg {
	if p == "" {
		p = "."
	}
	how := openHow(unix.O_PATH|unix.O_CLOEXEC, inRoot)
	return launch.Held(v.Keep(unix.SYS_OPENAT2, v.root, v.Text(p), v.Bytes(how), launch.Int(len(how))))
}

// create makes an entry. In a fresh directory its path can be taken as it is;
// elsewhere its directory is opened first.
func (v *viewCompiler) create(s *rootfs.Step, make func(dir, name launch.Arg)) {
	if s.Fresh {
		make(v.root, v.Text(s.Path))
		return
	}
	dir := v.open(path.Dir(s.Path))
	make(dir, v.Text(path.Base(s.Path)))
	v.Add(unix.SYS_CLOSE, dir)
}

// bind copies a tree of mounts and attaches the copy. What it forbids is added
// to what the host's own mounts forbid; nothing is ever cleared, so locked
// flags stay as they are.
func (v *viewCompiler) bind(s *rootfs.Step) {
	tree, have := v.trees[s]
	switch {
	case have:
	case s.Inner:
		tree = v.openTree(v.root, s.Source, unix.AT_SYMLINK_NOFOLLOW)
	default:
		tree = v.openTree(launch.Int(unix.AT_FDCWD), s.Source, 0)
	}
	v.SetAttr(tree, unix.MountAttr{Attr_set: attributes(s)}, unix.AT_RECURSIVE)
	v.attach(tree, s)
}

// openTree copies the mounts at and below source.
func (c *compiler) openTree(from launch.Arg, source string, flags int) launch.Arg {
	return launch.Held(c.Keep(unix.SYS_OPEN_TREE, from, c.Text(source),
		launch.Int(unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE|flags)))
}

func attributes(s *rootfs.Step) uint64 {
	attr := uint64(unix.MOUNT_ATTR_NOSUID)
	if s.ReadOnly {
		attr |= unix.MOUNT_ATTR_RDONLY
	}
	if !s.Devices {
		attr |= unix.MOUNT_ATTR_NODEV
	}
	if s.NoExec {
		attr |= unix.MOUNT_ATTR_NOEXEC
	}
	return attr
}

// attach mounts tree at the step's path.
func (v *viewCompiler) attach(tree launch.Arg, s *rootfs.Step) {
	if s.Fresh {
		v.Add(unix.SYS_MOVE_MOUNT, tree, v.Empty(), v.root, v.Text(s.Path), launch.Int(unix.MOVE_MOUNT_F_EMPTY_PATH))
	} else {
		at := v.open(s.Path)
		v.Add(unix.SYS_MOVE_MOUNT, tree, v.Empty(), at, v.Empty(),
			launch.Int(unix.MOVE_MOUNT_F_EMPTY_PATH|unix.MOVE_MOUNT_T_EMPTY_PATH))
		v.Add(unix.SYS_CLOSE, at)
	}
	v.Add(unix.SYS_CLOSE, tree)
}

// small mounts a tmpfs of its own.
func (v *viewCompiler) small(s *rootfs.Step) {
	size := s.Size
	if size == "" {
		size = v.plan.TmpfsSize
	}
	v.attach(v.tmpfs(strconv.FormatUint(uint64(s.Mode), 8), size), s)
}

// mount mounts a kernel file system in a fresh directory, below the current
// directory, which is the new root.
func (v *viewCompiler) mount(fs string, s *rootfs.Step, flags uintptr, options string) {
	v.Step("mount "+fs+" on", "/"+s.Path)
	data := launch.Int(0)
	if options != "" {
		data = v.Text(options)
	}
	v.Add(unix.SYS_MOUNT, v.Text(fs), v.Text(s.Path), v.Text(fs), launch.Int(flags), data)
}
