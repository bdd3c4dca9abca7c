package userns

import (
	"path"

	"golang.org/x/sys/unix"

	"snug/userns/rootfs"
)

// hidden are the directories of the host that are private inside: people's
// files, and the sockets of every service and agent.
var hidden = []string{"/home", "/root", "/mnt", "/media"}

// resolveView composes the file-system view.
func resolveView(p *Plan, spec *Spec, h *Host) error {
	if err := checkProject(spec, h); err != nil {
		return err
	}
	r := &rootfs.Request{
		Root:            "/",
		Project:         path.Clean(spec.Project),
		ProjectReadOnly: spec.ProjectReadOnly,
		Hide:            hidden,
		Runtime:         "/run/user/" + utoa(h.UID),
		Mounts:          cleaned(spec.Mounts),
		HostProc:        spec.Share&SharePID != 0,
		HostSys:         spec.Share&ShareNet != 0,
	}
	_, r.MaskProc = p.UIDs.ToInner(0)
	r.MaskSys = !spec.AllowUserns
	if spec.Root != "" {
		r.Root, r.RootWritable, r.Hide = path.Clean(spec.Root), spec.RootWritable, nil
	} else {
		r.Homes, r.Secrets = h.Homes, credentials
		r.Mounts = append(resolverConfig(spec, h), r.Mounts...)
	}
	if spec.Project == "" {
		r.Project = ""
	}
	if err := resolveGuards(p, spec, h); err != nil {
		return err
	}
	r.Guards = p.guards
	var err error
	p.View, err = rootfs.Arrange(r, h.Files)
	resolveDir(p, spec)
	return err
}

func resolveDir(p *Plan, spec *Spec) {
	switch {
	case spec.Dir != "":
		p.Dir = path.Clean(spec.Dir)
	case spec.Project != "":
		p.Dir = path.Clean(spec.Project)
	default:
		p.Dir = "/"
	}
}

func cleaned(mounts []rootfs.Mount) []rootfs.Mount {
	out := make([]rootfs.Mount, len(mounts))
	for i, m := range mounts {
		m.Target = path.Clean(m.Target)
		if m.Kind == rootfs.Bind {
			m.Source = path.Clean(m.Source)
		}
		out[i] = m
	}
	return out
}

// checkProject refuses a project that isn't one directory.
func checkProject(spec *Spec, h *Host) error {
	if spec.Project == "" {
		return nil
	}
	kind, err := h.Files.Stat(spec.Project)
	if err == nil && kind != rootfs.Directory {
		err = unix.ENOTDIR
	}
	if err != nil {
		return &Error{Do: "open the project", On: spec.Project, Err: err,
			Why: "the project has to be a directory that you can reach", Fix: "name another with --project, or none with --no-project"}
	}
	if path.Clean(spec.Project) == "/" {
		return &Error{Do: "open the project", On: "/", Err: unix.EINVAL,
			Why: "the whole machine is no project", Fix: "name a directory with --project, or none with --no-project; --rw DIR opens a directory of the host"}
	}
	return nil
}

// resolverConfig makes name look-ups work with a shared network: resolv.conf is
// often a link into /run, which is private.
func resolverConfig(spec *Spec, h *Host) []rootfs.Mount {
	const file = "/etc/resolv.conf"
	if spec.Share&ShareNet == 0 || h.Files.Lstat(file) != rootfs.Symlink {
		return nil
	}
	to := h.Files.Readlink(file)
	if !path.IsAbs(to) {
		to = path.Join("/etc", to)
	}
	if !rootfs.Within(to, "/run") {
		return nil
	}
	return []rootfs.Mount{{Source: to, Target: to, ReadOnly: true, Optional: true, Flag: "resolv.conf"}}
}
