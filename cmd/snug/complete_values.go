package main

import (
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/sys/unix"

	"snug/cgroupv2"
	"snug/seccomp"
	"snug/userns"
	"snug/userns/caps"
)

// What can be a value. The placeholder of a flag or argument tells, as it tells people:
// small words with | between them are to be taken as they are, FILE and PATH are files, DIR is a
// directory, SANDBOX the name of one that runs. Where one placeholder means several things the
// name of the flag does.
func valuesByName(flag string) (list []string, ok bool) {
	switch flag {
	case "cap-add":
		return capNames(), true
	case "cap-drop":
		return append(capNames(), "ALL"), true
	case "require":
		for i := range requirable {
			list = append(list, requirable[i].name)
		}
		return list, true
	case "rlimit":
		return each(userns.RlimitNames(), func(s string) string { return s + "=" }), true
	case "env", "env-keep", "unsetenv", "setenv":
		return variables(), true
	case "seccomp-add", "seccomp-drop":
		return seccomp.Native().Names(), true
	case "stop-signal":
		return signalNames(), true
	}
	return nil, false
}

func capNames() []string { return caps.All.Names() }

// variables are the names of the caller's.
func variables() (names []string) {
	for _, kv := range os.Environ() {
		name, _ := cutVariable(kv)
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func signalNames() (names []string) {
	for s := unix.Signal(1); s <= 31; s++ {
		names = append(names, strings.TrimPrefix(unix.SignalName(s), "SIG"))
	}
	return names
}

// runningNames are the sandboxes that can be named now, as snug ps lists them, and those with a
// cgroup whose record somebody removed. Where none can be found out there are none.
func runningNames() []string {
	names, _ := cgroupv2.Names()
	if known, err := readRecords(); err == nil {
		defer known.dir.Close()
		for _, r := range known.all {
			names = append(names, r.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// value is for the nth value of a flag.
func (c *completer) value(f *kong.Flag, typed, before string, nth int) {
	if f == nil || f.IsBool() {
		return
	}
	if list, ok := valuesByName(f.Name); ok {
		if nth == 1 {
			c.each(list, typed, before)
		}
		return
	}
	c.values(f.Value, typed, before, nth)
}

// values is for a value whose kind the placeholder tells.
func (c *completer) values(v *kong.Value, typed, before string, nth int) {
	if v.Enum != "" {
		c.each(v.EnumSlice(), typed, before)
		return
	}
	shown := strings.Fields(placeholder(v))
	if nth > len(shown) {
		return
	}
	for word := range strings.SplitSeq(shown[nth-1], "|") {
		c.kind(word, typed, before)
	}
}

func placeholder(v *kong.Value) string {
	if v.Flag != nil {
		return v.Flag.PlaceHolder
	}
	if v.Tag != nil {
		return v.Tag.PlaceHolder
	}
	return ""
}

// kind is for one word of a placeholder.
func (c *completer) kind(word, typed, before string) {
	what, _, _ := strings.Cut(word, "[")
	what, _, _ = strings.Cut(what, ":")
	switch {
	case what == "":
	case strings.ToLower(what) == what:
		c.each([]string{what}, typed, before)
	case what == "FILE" || what == "PATH" || what == "SRC" || what == "DST":
		c.ask = askFiles
	case what == "DIR":
		c.ask = askDirectories
	case what == "SANDBOX":
		c.each(c.names(), typed, before)
	}
}

func (c *completer) each(list []string, typed, before string) {
	for _, word := range list {
		if strings.HasPrefix(word, typed) {
			c.list = append(c.list, candidate{before + word, ""})
		}
	}
}
