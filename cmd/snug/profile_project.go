package main

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/profile"
)

// ownFile is a project's own profile, in the directory that is the project.
const ownFile = ".snug.toml"

// ofProject gives the project's own profile, if there is one and it was allowed as it is: a
// repository must not loosen its own sandbox, nor what ran in one the next. Otherwise the
// sandbox is what it is without, and the note says so. What is read is read once: what was
// allowed is what is taken apart.
func (f *finder) ofProject() (p *profile.Profile, note string, err error) {
	if f.project == "" {
		return nil, "", nil
	}
	file := filepath.Join(f.project, ownFile)
	text, err := readSmall(file, false)
	switch {
	case err == unix.ENOENT || err == unix.ENOTDIR || err != nil && isNobodys(file):
		return nil, "", nil
	case err == unix.ELOOP:
		return nil, ownFile + " is not used: it is a symbolic link, and has to be a file", nil
	case err != nil:
		return nil, ownFile + " is not used: " + reason(err), nil
	}
	if dir, err := filepath.EvalSymlinks(f.project); err == nil {
		file = filepath.Join(dir, ownFile)
	}
	ok, err := f.isAllowed(file, text)
	switch {
	case err != nil:
		return nil, "", err
	case !ok && f.knows(file, text):
		return nil, ownFile + " is not used: it has changed since it was allowed. Read what it asks for, and say yes: snug allow", nil
	case !ok:
		return nil, ownFile + " is not used: it isn't allowed. Read what it asks for, and say yes: snug allow", nil
	}
	p, err = profile.Parse(ownFile, file, text)
	if err == nil {
		err = staysAtHome(p)
	}
	return p, "", err
}

// isNobodys says whether a name means nothing: it is a socket, which may be what another sandbox
// holds the name with, or the link to nothing by which a sandbox around does.
func isNobodys(file string) bool {
	var st unix.Stat_t
	return unix.Lstat(file, &st) == nil && (st.Mode&unix.S_IFMT == unix.S_IFSOCK || userns.IsHeld(&st))
}

func reason(err error) string {
	if why := causeOf(err); why != "" {
		return why
	}
	return err.Error()
}

// staysAtHome refuses what would make the project another one than the one that was asked,
// or have a file decide that was not looked at when this one was.
func staysAtHome(p *profile.Profile) error {
	s := profile.Stack{p}
	for _, key := range []string{"project", "no-project"} {
		if v := s.Text(key); v != nil {
			return v.Wrong("a project's own profile can't say what the project is", "leave it out; --project and --no-project are flags")
		}
	}
	if v := s.Text("seccomp"); v != nil && strings.Contains(v.Text, "/") {
		return v.Wrong("that file could change without anybody being asked", "write default, log or none, with seccomp-add and seccomp-drop; --seccomp FILE is a flag")
	}
	return nil
}

func (f *finder) isAllowed(file string, text []byte) (bool, error) {
	if f.allowed == nil {
		list, err := readAllowed()
		if err != nil {
			return false, err
		}
		f.allowed = list
	}
	ok, _ := f.allowed.Has(file, text)
	return ok, nil
}

func (f *finder) knows(file string, text []byte) bool {
	_, known := f.allowed.Has(file, text)
	return known
}

// projectDir is given as an absolute path, or the current directory.
func projectDir(given string) (string, error) {
	if given != "" {
		return filepath.Abs(given)
	}
	return userns.CurrentProject()
}
