package rootfs

import (
	"path"
	"slices"
	"strings"
)

// conceal takes out of what is shown at target the secrets that lie below source, which
// may be named differently. One that is a wish's own source was asked for.
func (a *arranger) conceal(source, target string) *Error {
	source = a.real(source)
	for i, home := range a.Homes {
		if slices.Contains(a.Homes[:i], home) {
			continue
		}
		for _, name := range a.Secrets {
			secret := path.Join(home, name)
			file := path.Join(a.real(path.Dir(secret)), path.Base(secret)) // which may be a link
			if err := a.concealFile(source, target, file); err != nil {
				return err
			}
			if a.tree.facts.Lstat(file) != Symlink {
				continue
			}
			if err := a.concealFile(source, target, a.real(file)); err != nil {
				return err
			}
		}
	}
	return nil
}

// holdsSecrets says, cheaply and by names alone, whether any secret can be below dir.
func (a *arranger) holdsSecrets(dir string) bool {
	for _, home := range a.Homes {
		if Within(home, dir) {
			return true
		}
		if Within(dir, home) {
			below := strings.TrimPrefix(dir[len(home):], "/")
			if slices.ContainsFunc(a.Secrets, func(name string) bool { return Within(name, below) }) {
				return true
			}
		}
	}
	return false
}

// concealFile hides one file or directory. A directory becomes a private one, in which
// what is asked for later can be placed.
func (a *arranger) concealFile(source, target, file string) *Error {
	if file == source || !Within(file, source) || a.asked(file) {
		return nil
	}
	below := path.Join(target, strings.TrimPrefix(file, source))
	switch a.tree.facts.Lstat(file) {
	case Missing, Held:
		return nil
	case Directory:
		return a.put(below, &node{kind: ours, mode: 0o700}, "conceal")
	}
	a.concealed = append(a.concealed, concealed{below, file})
	return nil
}

// concealed is a file of the host, and where it would be seen.
type concealed struct{ place, file string }

// asked says whether a wish is for that file.
func (a *arranger) asked(file string) bool {
	for _, m := range a.Mounts {
		if m.Kind == Bind && a.real(m.Source) == file {
			return true
		}
	}
	return false
}

// real is where a path of the host leads.
func (a *arranger) real(p string) string {
	names, at := split(p), "/"
	for links := 0; len(names) > 0 && links < maxLinks; {
		next := path.Join(at, names[0])
		names = names[1:]
		if a.tree.facts.Lstat(next) != Symlink {
			at = next
			continue
		}
		links++
		names = append(split(rebase(at, a.tree.facts.Readlink(next))), names...)
		at = "/"
	}
	return path.Join(at, path.Join(names...))
}
