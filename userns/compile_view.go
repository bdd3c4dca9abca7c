package userns

import (
	"golang.org/x/sys/unix"

	"snug/userns/internal/launch"
	"snug/userns/rootfs"
)

// view makes the file-system view and turns it into the root.
//
//	Should:  reach every place in the new root by descriptor (root), and with
//	         RESOLVE_IN_ROOT where files of the host are on the way.
//	Mustn't: name a place in the new root from / on: until pivot_root that is
//	         the host.
func (c *compiler) view() {
	c.Step("make private the mounts below", "/")
	c.Add(unix.SYS_MOUNT, c.Text("none"), c.Text("/"), launch.Int(0), launch.Int(unix.MS_REC|unix.MS_PRIVATE), launch.Int(0))
	if c.plan.NoProc && !c.plan.NestedByFilter {
		c.nestedUsers(launch.Int(unix.AT_FDCWD), "/proc/")
	}
	trees := c.hostRoots()
	c.Step("mount tmpfs for", "the new root")
	root := c.tmpfs("0555", c.plan.TmpfsSize)
	// On top of the old root, where no path leads: a look-up from / starts
	// below what is mounted on it.
	c.Add(unix.SYS_MOVE_MOUNT, root, c.Empty(), launch.Int(unix.AT_FDCWD), c.Text("/"), launch.Int(unix.MOVE_MOUNT_F_EMPTY_PATH))
	c.Add(unix.SYS_FCHDIR, root)
	v := &viewCompiler{compiler: c, root: root, trees: trees}
	for i := range c.plan.View {
		s := &c.plan.View[i]
		v.step(s)
		if s.Path == "proc" && s.Op != rootfs.OpMkdir && !c.plan.NoProc { // before parts of it become read-only
			c.nestedUsers(root, "proc/")
		}
	}
	c.Step("enter the new root", "")
	c.Add(unix.SYS_PIVOT_ROOT, c.Text("."), c.Text("."))
	c.Add(unix.SYS_UMOUNT2, c.Text("."), launch.Int(unix.MNT_DETACH))
	c.Step("change to directory", c.plan.Dir)
	c.Add(unix.SYS_CHDIR, c.Text(c.plan.Dir))
}

// nestedUsers takes away user namespaces inside, in a place that the seccomp
// filter of no program can be tricked out of: the namespace's own limit, which
// takes CAP_SYS_RESOURCE in it to change. Any proc shows the limit of who opens it.
func (c *compiler) nestedUsers(dir launch.Arg, proc string) {
	if c.plan.NestedUsers {
		return
	}
	c.Step("forbid", "user namespaces inside")
	c.WriteFile(dir, proc+"sys/user/max_user_namespaces", "0")
}

// tmpfs makes a detached tmpfs.
func (c *compiler) tmpfs(mode, size string) launch.Arg {
	fs := launch.Held(c.Keep(unix.SYS_FSOPEN, c.Text("tmpfs"), launch.Int(unix.FSOPEN_CLOEXEC)))
	for _, kv := range [][2]string{{"mode", mode}, {"size", size}, {"nr_inodes", inodes(size)}} {
		c.Add(unix.SYS_FSCONFIG, fs, launch.Int(unix.FSCONFIG_SET_STRING), c.Text(kv[0]), c.Text(kv[1]), launch.Int(0))
	}
	c.Add(unix.SYS_FSCONFIG, fs, launch.Int(unix.FSCONFIG_CMD_CREATE), launch.Int(0), launch.Int(0), launch.Int(0))
	m := launch.Held(c.Keep(unix.SYS_FSMOUNT, fs, launch.Int(unix.FSMOUNT_CLOEXEC),
		launch.Int(unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV)))
	c.Add(unix.SYS_CLOSE, fs)
	return m
}

type viewCompiler struct {
	*compiler
	root  launch.Arg
	trees map[*rootfs.Step]launch.Arg // of the host's root, see hostRoots

	holding launch.Arg // the directory in which something was held last
	heldIn  string
}

// hostRoots copies the host's root for the steps that bind it, before the new
// root is mounted on top of it: a recursive copy would have that in it.
func (c *compiler) hostRoots() map[*rootfs.Step]launch.Arg {
	var trees map[*rootfs.Step]launch.Arg
	for i := range c.plan.View {
		if s := &c.plan.View[i]; s.Op == rootfs.OpBind && s.Source == "/" {
			if trees == nil {
				trees = map[*rootfs.Step]launch.Arg{}
			}
			c.Step("bind", "/ on /"+s.Path)
			trees[s] = c.openTree(launch.Int(unix.AT_FDCWD), s.Source, 0)
		}
	}
	return trees
}

func (v *viewCompiler) step(s *rootfs.Step) {
	on := "/" + s.Path
	switch s.Op {
	case rootfs.OpMkdir:
		v.Step("make directory", on)
		v.create(s, func(dir, name launch.Arg) { v.Add(unix.SYS_MKDIRAT, dir, name, launch.Int(s.Mode)) })
	case rootfs.OpMkfile:
		v.Step("make mount point", on)
		v.create(s, func(dir, name launch.Arg) {
			v.Add(unix.SYS_MKNODAT, dir, name, launch.Int(unix.S_IFREG|s.Mode), launch.Int(0))
		})
	case rootfs.OpSymlink:
		v.Step("make symlink", on)
		v.create(s, func(dir, name launch.Arg) { v.Add(unix.SYS_SYMLINKAT, v.Text(s.Link), dir, name) })
	case rootfs.OpBind:
		v.Step("bind", s.Source+" on "+on)
		v.bind(s)
	case rootfs.OpHold:
		v.Step("hold", on)
		v.hold(s)
	case rootfs.OpRemove:
		v.Step("remove", on)
		v.create(s, func(dir, name launch.Arg) { v.Add(unix.SYS_UNLINKAT, dir, name, launch.Int(0)) })
	case rootfs.OpTmpfs:
		v.Step("mount tmpfs on", on)
		v.small(s)
	case rootfs.OpProc:
		v.mount("proc", s, unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	case rootfs.OpSysfs:
		v.mount("sysfs", s, unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC|unix.MS_RDONLY, "")
	case rootfs.OpDevpts:
		v.mount("devpts", s, unix.MS_NOSUID|unix.MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")
	}
}
