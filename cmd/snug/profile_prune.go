package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"snug/userns"
)

// profilePruneCmd is `snug profile prune`.
type profilePruneCmd struct {
	All bool `help:"Remove those of all projects."`
}

// Run does `snug profile prune`, and says whose caches it has removed.
func (c *profilePruneCmd) Run() int {
	root, err := cacheRoot()
	if err == nil {
		err = c.prune(filepath.Join(root, "snug", "projects"))
	}
	if err != nil {
		return report(os.Stderr, err)
	}
	return 0
}

func (c *profilePruneCmd) prune(dir string) error {
	top, err := os.OpenRoot(dir)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return unpruned(dir, err)
	}
	defer top.Close()
	entries, err := fs.ReadDir(top.FS(), ".")
	if err != nil {
		return unpruned(dir, err)
	}
	for _, e := range entries {
		text, err := top.ReadFile(filepath.Join(e.Name(), signed))
		project := strings.TrimSuffix(string(text), "\n")
		if err != nil || !c.All && !gone(project) {
			continue
		}
		if err := removeAll(top, e.Name()); err != nil {
			return unpruned(filepath.Join(dir, e.Name()), err)
		}
		fmt.Println("removed the caches of " + plain(project))
	}
	return nil
}

func gone(project string) bool {
	_, err := os.Lstat(project)
	return os.IsNotExist(err)
}

// removeAll also removes from directories that are read-only, as Go's module cache is.
func removeAll(top *os.Root, name string) error {
	err := fs.WalkDir(top.FS(), name, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			return top.Chmod(path, 0o700)
		}
		return err
	})
	if err != nil {
		return err
	}
	return top.RemoveAll(name)
}

func unpruned(path string, err error) error {
	return &userns.Error{Do: "remove", On: path, Err: cause(err), Why: "it has to be a directory of yours", Fix: "look at its owner and mode: ls -la"}
}
