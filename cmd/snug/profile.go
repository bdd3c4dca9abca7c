package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/profile"
)

// profiles puts what profiles say in the place of flags that weren't typed. The project's
// own comes first, then those of --profile in their order; what was typed is over them all,
// wherever it stands.
//
// A run without any pays for one look: whether the project has a .snug.toml. Nothing else of
// what has to do with profiles is touched then, so that it isn't paged in.
func (r *runCmd) profiles() error {
	if len(r.Profile) == 0 && !r.hasOwn() {
		return nil
	}
	return r.findProfiles()
}

// hasOwn says whether there is a file to be looked at. What it is, is found out when it is
// read; one that comes later is none.
func (r *runCmd) hasOwn() bool {
	if r.NoProject || r.Rootfs != "" && r.Project == "" {
		return false
	}
	file := ownFile
	if r.Project != "" {
		file = r.Project + "/" + ownFile
	}
	var st unix.Stat_t
	return unix.Lstat(file, &st) == nil
}

func (r *runCmd) findProfiles() error {
	f := &finder{project: r.writable(nil)}
	var asked profile.Stack
	for _, name := range r.profileNames() {
		p, err := f.named(name)
		if err != nil {
			return err
		}
		asked = append(asked, p)
	}
	asked, err := profile.Expand(asked, f.named)
	if err != nil {
		return err
	}
	f.project = r.writable(asked)
	own, note, err := f.ofProject()
	if err != nil {
		return err
	}
	if note != "" {
		r.notes = append(r.notes, note)
	}
	if own != nil {
		list, err := profile.Expand(profile.Stack{own}, f.named)
		if err != nil {
			return err
		}
		asked = append(list, asked...)
	}
	if len(asked) > 0 {
		r.stack = asked
		r.take(asked, places())
	}
	return nil
}

// profileNames are the words of --profile: names, with commas between them, and paths.
func (r *runCmd) profileNames() (names []string) {
	for _, word := range r.Profile {
		if strings.Contains(word, "/") {
			names = append(names, word)
		} else {
			names = append(names, strings.Split(word, ",")...)
		}
	}
	return names
}

// writable is the directory that will be the project, by what was typed and what profiles
// say; "" if there is none, or if it can't be told, which is said later.
func (r *runCmd) writable(s profile.Stack) string {
	given := r.Project
	if v := s.Text("project"); v != nil && given == "" {
		given = places().Value(v)
	}
	off, _ := s.Switch("no-project")
	if r.NoProject || given == "" && (off || r.Rootfs != "") {
		return ""
	}
	dir, err := projectDir(given)
	if err != nil {
		return ""
	}
	return dir
}

// take does as if the stack had been typed, before everything that was.
func (r *runCmd) take(s profile.Stack, at *profile.Places) {
	aside := r.aside(s)
	for name := range profile.Keys {
		f := findFast(name)
		if f == nil || profile.Ordered(name) || !profile.Setting(name) {
			continue
		}
		switch f.kind {
		case fastBool:
			if on, _ := s.Switch(name); on && !slices.Contains(aside, name) {
				*f.bool(r) = true
			}
		case fastText:
			if v := s.Text(name); v != nil && *f.text(r) == "" && !slices.Contains(aside, name) {
				*f.text(r) = at.Value(v)
			}
		case fastTexts:
			var list []string
			for _, v := range s.List(name) {
				if text := at.Value(v); !slices.Contains(aside, name) && !slices.Contains(aside, name+" "+text) {
					list = append(list, text)
				}
			}
			*f.texts(r) = append(list, *f.texts(r)...)
		}
	}
	r.takeOrdered(s, at)
}

func (r *runCmd) takeOrdered(s profile.Stack, at *profile.Places) {
	var first []typed
	for _, v := range slices.Concat(s.Variables(), s.Mounts()) {
		first = append(first, typed{v.Key(), []string{at.Value(v)}, v})
	}
	r.Ordered = append(first, r.Ordered...)
}

// aside lists the keys, and of lists the values, about which a flag was typed that says
// something else. It has to be asked before anything is taken.
func (r *runCmd) aside(s profile.Stack) (keys []string) {
	for _, a := range []struct {
		typed bool
		keys  []string
	}{
		{r.MapRootUser || r.MapCurrentUser || r.MapAuto || len(r.MapUsers)+len(r.MapGroups) > 0, []string{"map-root-user", "map-auto"}},
		{r.Project != "" || r.NoProject, []string{"project", "no-project"}},
		{len(s.List("allow-write")) > 0 && r.writable(s) == "", []string{"allow-write"}},
		{r.Net != "", []string{"share-net"}},
		{r.ShareUts, []string{"hostname"}},
		{r.Hostname != "", []string{"share-uts"}},
		{r.NoLandlock, []string{"require landlock"}},
		{r.Limits == "best-effort", []string{"require cgroup"}},
		{slices.Contains(commas(r.Require), "cgroup"), []string{"limits"}},
		{r.lesson != nil, []string{"seccomp", "seccomp-add", "seccomp-drop"}},
	} {
		if a.typed {
			keys = append(keys, a.keys...)
		}
	}
	return keys
}

// blame finds out whether a value that isn't understood is a profile's, and shows it there.
func (r *runCmd) blame(err error) error {
	if err == nil || len(r.stack) == 0 {
		return err
	}
	bad, isValue := errors.AsType[*valueError](err)
	for _, v := range slices.Backward(r.stack.Settings()) {
		text := places().Value(v)
		switch {
		case isValue && v.Key() == bad.flag && text == bad.value:
			return v.Wrong(fmt.Sprintf("%q is not understood", text), bad.Hint())
		case !isValue && strings.HasPrefix(err.Error(), "--"+v.Key()+": ") && r.uses(v.Key(), text):
			return v.Wrong(strings.TrimPrefix(err.Error(), "--"+v.Key()+": "), hintOf(err))
		}
	}
	return err
}

// uses says whether text is what the flag has.
func (r *runCmd) uses(flag, text string) bool {
	f := findFast(flag)
	switch {
	case f != nil && f.kind == fastText:
		return *f.text(r) == text
	case f != nil && f.kind == fastTexts:
		return slices.Contains(*f.texts(r), text)
	}
	return false
}

func places() *profile.Places { return &profile.Places{Home: userns.Home()} }

// profileDoc is a profile for programs.
type profileDoc struct {
	Name    string   `json:"name"`
	Source  string   `json:"source"`
	Loosens []string `json:"loosens"`
}

// profileDocument is for --dry-run --json.
func (r *runCmd) profileDocument() (docs []profileDoc) {
	for _, p := range r.stack {
		docs = append(docs, profileDoc{asUTF8(p.Name), asUTF8(p.Source), allUTF8(profile.Stack{p}.Loosens())})
	}
	return docs
}

// profileRows is for --dry-run: the profiles, and how much less confined the command is.
func (r *runCmd) profileRows() (rows [][2]string) {
	for i, p := range r.stack {
		what := ""
		if i == 0 {
			what = "profiles"
		}
		rows = append(rows, [2]string{what, p.Name + " (" + p.Source + ")"})
	}
	for _, l := range r.stack.Loosens() {
		rows = append(rows, [2]string{"  loosened", l})
	}
	return rows
}

func (r *runCmd) tellNotes(w io.Writer) {
	for _, n := range r.notes {
		fmt.Fprintf(w, "snug: %s\n", plain(n))
	}
}
