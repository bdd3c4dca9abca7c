package main

import (
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/profile"
	"snug/userns/rootfs"
)

// mounts turns the ordered flags that are about files into mounts.
func mounts(flags []typed, at profile.Places) (list []rootfs.Mount, err error) {
	for _, t := range flags {
		m := rootfs.Mount{Flag: "--" + t.flag}
		if t.from != nil {
			m.Flag = userns.Said(t.from)
		}
		switch t.flag {
		case "bind", "bind-try", "ro-bind", "ro-bind-try", "dev-bind", "dev-bind-try":
			err = bind(&m, t.values[0], t.values[1])
			m.ReadOnly = strings.HasPrefix(t.flag, "ro-")
			m.Devices = strings.HasPrefix(t.flag, "dev-")
			m.Optional = strings.HasSuffix(t.flag, "-try")
		case "volume":
			err = volume(&m, t.values[0])
		case "ro", "rw", "ro-try", "rw-try":
			err = samePlace(&m, t.values[0])
			m.ReadOnly = strings.HasPrefix(t.flag, "ro")
			m.Optional = strings.HasSuffix(t.flag, "-try")
		case "cache":
			m.Target = t.values[0]
			if m.Source = at.Cache(path.Clean(m.Target)); m.Source == "" {
				m.Kind = rootfs.Tmpfs
			}
		case "tmpfs":
			m.Kind, m.Target = rootfs.Tmpfs, t.values[0]
		case "dir":
			m.Kind, m.Target = rootfs.Dir, t.values[0]
		case "symlink":
			m.Kind, m.Source, m.Target = rootfs.Link, t.values[0], t.values[1]
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

func bind(m *rootfs.Mount, source, target string) (err error) {
	if source == "" {
		return &userns.Error{Do: m.Flag, On: `""`, Err: unix.EINVAL, Why: "the path is empty",
			Fix: "give the path of what is to be bound"}
	}
	m.Source, err = filepath.Abs(source)
	m.Target = target
	return err
}

// samePlace binds a path where it is.
func samePlace(m *rootfs.Mount, p string) error {
	if err := bind(m, p, ""); err != nil {
		return err
	}
	m.Target = m.Source
	return nil
}

// volume reads podman's SRC:DST[:ro]. A path with a colon in it needs --bind.
func volume(m *rootfs.Mount, s string) error {
	parts := strings.Split(s, ":")
	mode := ""
	if len(parts) == 3 {
		mode = parts[2]
	}
	if len(parts) < 2 || len(parts) > 3 || mode != "" && mode != "ro" && mode != "rw" {
		return &valueError{"volume", s, "SRC:DST, SRC:DST:ro or SRC:DST:rw; for a path with a colon use --bind SRC DST"}
	}
	m.ReadOnly = mode == "ro"
	return bind(m, parts[0], parts[1])
}
