package profile

import (
	"path"
	"strconv"
	"strings"
)

// Checks of a value by itself. Each says what is wrong and, behind a semicolon, what to do.

func checkFilled(s string) string {
	if s == "" {
		return "says nothing; give a value, or leave the key out"
	}
	return ""
}

func checkWord(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\n,") {
		return "is not one word; make each an entry of the list"
	}
	return ""
}

// checkPath wants a path that means the same wherever it is read.
func checkPath(s string) string {
	switch {
	case s != "~" && !strings.HasPrefix(s, "~/") && !path.IsAbs(s):
		return "is relative, and could mean anything; begin it with / or ~/"
	case strings.Contains(s, "$"):
		return "holds a $, and variables mean nothing here; write the path out: the environment must not loosen a sandbox"
	case strings.Contains("/"+s+"/", "/../"):
		return "holds ..; write the path without"
	}
	return ""
}

// checkVolume wants SRC:DST[:ro|:rw].
func checkVolume(s string) string {
	parts := strings.Split(s, ":")
	if len(parts) < 2 || len(parts) > 3 || len(parts) == 3 && parts[2] != "ro" && parts[2] != "rw" {
		return "is no volume; write SRC:DST, SRC:DST:ro or SRC:DST:rw"
	}
	for _, p := range parts[:2] {
		if problem := checkPath(p); problem != "" {
			return problem
		}
	}
	return ""
}

// checkSeccomp wants a word, or the path of a file.
func checkSeccomp(s string) string {
	switch s {
	case "default", "log", "none":
		return ""
	}
	if problem := checkPath(s); problem != "" {
		return "is neither default, log nor none, nor a path from / or ~/ on; write one of them"
	}
	return ""
}

func checkVariable(s string) string {
	if s == "" || strings.ContainsAny(s, "=, \t\n") {
		return "is no name of a variable; write one such as HOME, each an entry of the list"
	}
	return ""
}

// checkAssignment wants KEY=VALUE, or KEY for the caller's own value.
func checkAssignment(s string) string {
	name, _, _ := strings.Cut(s, "=")
	return checkVariable(name)
}

// checkName wants the name of a profile, which is part of a file's.
func checkName(s string) string {
	if !ValidName(s) {
		return "is no name of a profile; use letters, digits, - and _, and no path"
	}
	return ""
}

// ValidName says whether a profile can be called so: letters, digits, - and _, at most 64,
// and none of the last two first. So a name is never a path and never a flag.
func ValidName(s string) bool {
	for i, c := range s {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && (i == 0 || c != '-' && c != '_') {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

func checkDuration(s string) string {
	if _, ok := Duration(s); !ok {
		return "is no time; write 30, 1.5s, 5m or 1h30m"
	}
	return ""
}

func checkSignal(s string) string {
	if _, ok := Signal(s); !ok {
		return "is no signal; write its name or number, such as TERM or 15"
	}
	return ""
}

const (
	mostQuoted = 80  // bytes of a profile are repeated in a sentence
	mostShown  = 160 // bytes a line may have to be shown
)

func quoted(s string) string { return strconv.Quote(shortened(s)) }

func shortened(s string) string {
	if len(s) <= mostQuoted {
		return s
	}
	return strings.ToValidUTF8(s[:mostQuoted], "") + "..."
}

// suggestion is what an unknown key may have been meant for.
func suggestion(name string) string {
	best, fewest := "", 1+len(name)/3
	for i := range keys {
		if d := distance(strings.ToLower(name), keys[i].name); d <= fewest && (d < fewest || best == "") {
			best, fewest = keys[i].name, d
		}
	}
	if best == "" {
		return "the keys are the long flags of snug run; see snug run --help"
	}
	return "did you mean " + best + "?"
}

// distance counts the letters to insert, delete or replace (Levenshtein's), and takes two
// swapped ones for one change, as what a finger does.
func distance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	older, old, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		older, old, row = old, row, older
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := old[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(old[j]+1, row[j-1]+1, change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
