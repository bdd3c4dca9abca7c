package check

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

// What is in a writable project and makes something run outside later.
var projectChecks = []Check{
	{"project-files", High, "hooks, editors' and agents' settings", "files of those names stay as they are", projectFiles},
	{"project-added", High, "a hook or a setting more", "nothing can be added to their directories", projectAdded},
	{"project-git-swap", High, "another .git in the place of it", ".git can't be moved or replaced", gitSwap},
	{"project-hard-links", High, "a second name for such a file", "it can't be linked", hardLinks},
	{"project-links", Critical, "symlinks out of the project", "they lead nowhere", projectLinks},
	{"project-new-names", High, "such files that don't exist yet", "they can't be made", newNames},
	{"project-new-repositories", Medium, "a repository made in the project", "its hooks and settings don't count outside", newRepository},
	{"project-git-elsewhere", High, "submodules, worktrees, includes", "their hooks and settings stay", gitElsewhere},
	{"project-nested", High, "repositories in the project", "their hooks and settings stay", nestedRepository},
	{"project-nosuid", High, "setuid files in it", "they have no effect", projectNoSuid},
	{"project-setuid", Low, "setuid files left in it", "none can be made", projectSetUserID},
}

// tamper tries every way to give a file another content.
func tamper(file string) error {
	evil := []byte("evil")
	spare := file + ".spare"
	defer os.Remove(spare)
	ways := []struct {
		name string
		do   func() error
	}{
		{"open for writing", func() error { return tryOpen(file, unix.O_WRONLY) }},
		{"append", func() error { return tryOpen(file, unix.O_WRONLY|unix.O_APPEND) }},
		{"truncate", func() error { return os.Truncate(file, 1) }},
		{"chmod", func() error { return os.Chmod(file, 0o755) }},
		{"write", func() error { return os.WriteFile(file, evil, 0o644) }},
		{"replace", func() error { return errors.Join(os.WriteFile(spare, evil, 0o644), os.Rename(spare, file)) }},
		{"remove", func() error { return os.Remove(file) }},
	}
	for _, w := range ways {
		if w.do() == nil {
			return fmt.Errorf("%s: %s", file, w.name)
		}
	}
	return nil
}

func inProject(h *bait.Host, names []string, try func(file string) error) error {
	return each(names, func(name string) error { return try(filepath.Join(h.Project, name)) })
}

func projectFiles(h *bait.Host) error { return inProject(h, h.Guarded, tamper) }

func projectAdded(h *bait.Host) error {
	return inProject(h, []string{".git/hooks", ".vscode", ".claude"}, func(dir string) error {
		file := filepath.Join(dir, "added")
		return refusal("making "+file, os.WriteFile(file, nil, 0o755))
	})
}

func gitSwap(h *bait.Host) error {
	git, other := filepath.Join(h.Project, ".git"), filepath.Join(h.Project, "other")
	if err := os.Mkdir(other, 0o755); err != nil {
		return err
	}
	defer os.Remove(other)
	exchange := func(a, b string) error {
		return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
	}
	if exchange(git, other) == nil {
		return errors.Join(errors.New(".git was exchanged"), exchange(git, other))
	}
	if os.Rename(git, other+"2") == nil {
		return errors.Join(errors.New(".git was moved"), os.Rename(other+"2", git))
	}
	return refusal("removing the hooks", os.RemoveAll(filepath.Join(git, "hooks")))
}

func hardLinks(h *bait.Host) error {
	return inProject(h, h.Guarded, func(file string) error {
		linked := filepath.Join(h.Project, "linked")
		defer os.Remove(linked)
		if os.Link(file, linked) != nil {
			return nil
		}
		return refusal("writing to "+file+" by a second name", tryOpen(linked, unix.O_WRONLY))
	})
}

// projectLinks: those that lie there, and one made inside.
func projectLinks(h *bait.Host) error {
	own := filepath.Join(h.Project, "own-link")
	if err := os.Symlink(h.Secrets[0], own); err != nil {
		return err
	}
	defer os.Remove(own)
	return each(append(h.Links, own, "/proc/self/root"+h.Secrets[0]), func(link string) error {
		return refusal("opening "+link, tryOpen(link, unix.O_RDONLY))
	})
}

func newNames(h *bait.Host) error {
	return inProject(h, []string{".husky", ".devcontainer", ".cursor", ".snug.toml", ".git/commondir"}, func(name string) error {
		defer os.RemoveAll(name)
		spare := name + ".spare"
		defer os.RemoveAll(spare)
		for _, w := range []struct {
			name string
			do   func() error
		}{
			{"mkdir", func() error { return os.Mkdir(name, 0o755) }},
			{"create", func() error { return os.WriteFile(name, []byte("evil"), 0o644) }},
			{"symlink", func() error { return os.Symlink(h.TmpFile, name) }},
			{"move", func() error { return errors.Join(os.WriteFile(spare, nil, 0o644), os.Rename(spare, name)) }},
			{"move a directory", func() error { return errors.Join(os.RemoveAll(spare), os.Mkdir(spare, 0o755), os.Rename(spare, name)) }},
			{"link", func() error { return os.Link(filepath.Join(h.Project, ".git/HEAD"), name) }},
			{"remove what is in its place", func() error { return os.Remove(name) }},
		} {
			if w.do() == nil {
				return fmt.Errorf("%s: %s", name, w.name)
			}
		}
		return nil
	})
}

func newRepository(h *bait.Host) error {
	dir := filepath.Join(h.Project, "made")
	defer os.RemoveAll(dir)
	return refusal("making "+dir+"/.git", os.MkdirAll(filepath.Join(dir, ".git"), 0o755))
}

func gitElsewhere(h *bait.Host) error {
	return inProject(h, []string{".git/modules/sub/config", ".git/modules/sub/hooks/pre-commit", ".git/worktrees/x/config.worktree", "included"}, tamper)
}

func nestedRepository(h *bait.Host) error {
	return inProject(h, []string{"sub/.git/config", "sub/.git/hooks/pre-commit"}, tamper)
}

// projectNoSuid: a program with that bit is as good as its owner to whoever finds
// it.
func projectNoSuid(h *bait.Host) error {
	var st unix.Statfs_t
	if err := unix.Statfs(h.Project, &st); err != nil {
		return err
	}
	if st.Flags&unix.ST_NOSUID == 0 {
		return errors.New("the project is mounted without nosuid")
	}
	return nil
}

// projectSetUserID: the kernel lets one set it on one's own.
func projectSetUserID(h *bait.Host) error {
	file := filepath.Join(h.Project, "set-user-id")
	if err := os.WriteFile(file, nil, 0o755); err != nil {
		return err
	}
	defer os.Remove(file)
	_ = unix.Chmod(file, 0o4755)
	info, err := os.Stat(file)
	if err == nil && info.Mode()&os.ModeSetuid != 0 {
		return errors.New("one was made")
	}
	return err
}
