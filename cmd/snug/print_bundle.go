package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"snug/seccomp"
	"snug/userns"
)

// printOCI prints config.json, or writes a bundle. What isn't the same is said on standard
// error: JSON has no place for it.
func (r *runCmd) printOCI(plan *userns.Plan, spec *userns.Spec) error {
	profile, err := settledProfile(plan, spec)
	if err != nil {
		return err
	}
	b, err := ociOf(plan, profile, r.MapCurrentUser)
	if err != nil {
		return &userns.Error{Do: "write the profile for --print oci", Err: unix.EINVAL, Why: err.Error(),
			Fix: "simplify it, or give another: --seccomp FILE"}
	}
	text, err := b.text()
	if err != nil {
		return err
	}
	if r.Bundle != "" {
		if err := b.write(r.Bundle, text); err != nil {
			return err
		}
	} else if _, err := os.Stdout.Write(text); err != nil {
		return &printError{err}
	}
	b.tell(r)
	return nil
}

// settledProfile is what the plan's filter was compiled from, for this machine; nil is no
// filter.
func settledProfile(plan *userns.Plan, spec *userns.Spec) (*seccomp.Profile, error) {
	if ownFilter(plan) == nil {
		return nil, nil
	}
	profile := spec.Seccomp
	if profile == nil {
		variant := seccomp.Strict
		if plan.NestedUsers {
			variant = seccomp.Userns
		}
		var err error
		if profile, err = seccomp.DefaultProfile(variant); err != nil {
			return nil, err
		}
	}
	kernel, err := seccomp.ThisKernel()
	if err != nil {
		return nil, err
	}
	changed := *profile
	changed.Prepend(spec.SeccompRules...)
	return changed.Settle(seccomp.Target{Caps: uint64(plan.Caps), Kernel: kernel})
}

// text is config.json. A name that is no UTF-8 can't be in it.
func (b *bundle) text() ([]byte, error) {
	if bad := b.notUTF8(); bad != "" {
		return nil, &userns.Error{Do: "write config.json with", On: bad, Err: unix.EILSEQ,
			Why: "JSON can hold only UTF-8", Fix: "rename it, or leave it out"}
	}
	text, err := json.MarshalIndent(&b.config, "", "\t")
	return append(text, '\n'), err
}

func (b *bundle) notUTF8() string {
	words := append(append([]string{b.config.Hostname, b.config.Process.Cwd}, b.config.Process.Args...), b.config.Process.Env...)
	for _, m := range b.config.Mounts {
		words = append(words, m.Source, m.Destination)
	}
	for _, w := range words {
		if q := asUTF8(w); q != w {
			return q
		}
	}
	return ""
}

// write makes the bundle in a directory that is empty or not there yet, and leaves nothing
// behind if it can't.
func (b *bundle) write(dir string, text []byte) (err error) {
	made := false
	if err = os.Mkdir(dir, 0o755); err == nil {
		made = true
	} else if errors.Is(err, unix.EEXIST) {
		err = mustBeEmpty(dir)
	}
	if err != nil {
		return bundleError(dir, err)
	}
	if err = b.fill(dir, text); err != nil {
		os.RemoveAll(filepath.Join(dir, ociRootfs))
		os.Remove(filepath.Join(dir, "config.json"))
		if made {
			os.Remove(dir)
		}
		return bundleError(dir, err)
	}
	return nil
}

// mustBeEmpty says ENOTEMPTY of a directory in which somebody may have something.
func mustBeEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		err = unix.ENOTEMPTY
	}
	return err
}

func bundleError(dir string, err error) error {
	return &userns.Error{Do: "write --bundle", On: dir, Err: cause(err),
		Why: "a bundle is made in a directory that is empty or not there yet, in one that you can write", Fix: "name another"}
}

// fill writes below a root of its own: no name of the view leads out of it.
func (b *bundle) fill(dir string, text []byte) error {
	top := filepath.Join(dir, ociRootfs)
	if err := os.Mkdir(top, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, d := range b.dirs {
		if err := ownDir(root, d); err != nil {
			return err
		}
	}
	for _, f := range b.files {
		if err := emptyFile(root, f); err != nil {
			return err
		}
	}
	for _, l := range b.links {
		if err := root.MkdirAll(filepath.Dir(l[0]), 0o755); err != nil {
			return err
		}
		if err := root.Symlink(l[1], l[0]); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "config.json"), text, 0o644)
}

// ownDir makes a directory. The bits above 0777 are Go's own in an os.FileMode.
func ownDir(root *os.Root, d ociDir) error {
	if err := root.MkdirAll(d.path, 0o755); err != nil {
		return err
	}
	mode := os.FileMode(d.mode & 0o777)
	if d.mode&unix.S_ISVTX != 0 {
		mode |= os.ModeSticky
	}
	return root.Chmod(d.path, mode)
}

func emptyFile(root *os.Root, name string) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := root.Create(name)
	if err != nil {
		return err
	}
	return f.Close()
}

// lacksDocument is what isn't the same, for programs.
func lacksDocument(lacks []string) any {
	return map[string]any{"schema": 1, "form": "oci", "not_expressed": allUTF8(lacks)}
}

// tell says what isn't the same, and how the bundle is run.
func (b *bundle) tell(r *runCmd) {
	if r.JSON {
		json.NewEncoder(os.Stderr).Encode(lacksDocument(b.lacks))
		return
	}
	fmt.Fprintln(os.Stderr, "# Not the same as with snug:")
	for _, l := range b.lacks {
		fmt.Fprintln(os.Stderr, "#  - "+plain(l))
	}
	if r.Bundle != "" {
		fmt.Fprintln(os.Stderr, "# To run it: crun run --bundle "+shellWord(r.Bundle)+" NAME, or runc; without a cgroup, crun --cgroup-manager=disabled")
	}
}
