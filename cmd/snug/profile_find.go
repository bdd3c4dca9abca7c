package main

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/profile"
	"snug/userns/rootfs"
)

// Where profiles come from.
//
// A name is a built-in profile, or a file of the user's: $XDG_CONFIG_HOME/snug/profiles/
// NAME.toml, by default in ~/.config. A built-in name can't be given to another file: what
// `--profile go` means is the same on every machine.
//
// A word with a slash in it is a file. The user typed it, so it is his wish, wherever it is;
// but a file that the command of an earlier run could have written is the project's word, and
// needs `snug allow`.
//
// ~ is the home of the password database, and not $HOME. XDG_CONFIG_HOME is the one variable
// that is followed: a person may keep his settings elsewhere. It can't be used to hand out
// another file for a name that was typed, unless that is the user's own already: the file and
// its directory have to be his or root's, writable by nobody else, no link, and outside of
// the project.

// finder looks for profiles.
type finder struct {
	project string           // the directory that will be writable, "" for none
	allowed *profile.Allowed // once it has been asked for
}

// named is what --profile names.
func (f *finder) named(name string) (*profile.Profile, error) {
	if strings.Contains(name, "/") {
		return f.file(name)
	}
	if p, ok := profile.Builtin(name); ok {
		return p, nil
	}
	if !profile.ValidName(name) {
		return nil, &valueError{"profile", name, "the name of a profile, as in snug profile ls, or the path of a file with a slash in it"}
	}
	dir, err := f.profileDir()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, name+".toml")
	text, err := readTrusted(dir, file)
	if err == unix.ENOENT {
		return nil, noProfile(name, file)
	}
	if err != nil {
		return nil, err
	}
	return profile.Parse(name, file, text)
}

// file is a profile by its path.
func (f *finder) file(name string) (*profile.Profile, error) {
	file, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(file)); err == nil {
		file = filepath.Join(dir, filepath.Base(file))
	}
	if f.inProject(file) {
		text, err := readSmall(file, false)
		if err != nil {
			return nil, unreadable(file, err)
		}
		if ok, err := f.isAllowed(file, text); !ok {
			return nil, cmp.Or(err, error(&userns.Error{Do: "use --profile", On: file, Err: unix.EPERM,
				Why: "it lies in the project, so what ran in a sandbox may have written it", Fix: "read it, and then: snug allow " + name}))
		}
		return profile.Parse(name, file, text)
	}
	text, err := readTrusted("", file)
	if err == unix.ENOENT {
		err = unreadable(file, err)
	}
	if err != nil {
		return nil, err
	}
	return profile.Parse(name, file, text)
}

func noProfile(name, file string) error {
	fix := "see which there are: snug profile ls"
	for _, known := range profile.BuiltinNames() {
		if strings.HasPrefix(known, name) || strings.HasPrefix(name, known) {
			fix = "did you mean " + known + "? " + fix
			break
		}
	}
	return &userns.Error{Do: "find the profile", On: name, Err: unix.ENOENT,
		Why: "none of that name is built in, and there is no " + file, Fix: fix}
}

// profileDir is where the user's profiles are.
func (f *finder) profileDir() (string, error) {
	dir, home := os.Getenv("XDG_CONFIG_HOME"), userns.Home()
	if !filepath.IsAbs(dir) { // the XDG specification has a relative one ignored
		if home == "" {
			return "", &userns.Error{Do: "find your profiles", Err: unix.ENOENT, Why: "you have no home: none in /etc/passwd, and HOME isn't set", Fix: "name a file: --profile /path/of/it.toml"}
		}
		dir = filepath.Join(home, ".config")
	} else if real, err := filepath.EvalSymlinks(dir); err == nil && f.inProject(real) {
		return "", &userns.Error{Do: "look for profiles in", On: dir, Err: unix.EPERM,
			Why: "XDG_CONFIG_HOME leads into the project, and a project must not loosen its own sandbox", Fix: "unset it, or name the file: --profile FILE"}
	}
	return filepath.Join(dir, "snug", "profiles"), nil
}

// inProject says whether a file, by its real path, is where the command can write.
func (f *finder) inProject(file string) bool {
	if f.project == "" {
		return false
	}
	top, err := filepath.EvalSymlinks(f.project)
	return err == nil && rootfs.Within(file, top)
}

// userProfiles lists the names of the user's own, sorted.
func userProfiles(dir string) (names []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".toml"); ok && profile.ValidName(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
