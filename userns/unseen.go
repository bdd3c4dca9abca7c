package userns

import (
	"bytes"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"snug/userns/rootfs"
)

// explainMissing tells a command that isn't there from one that is hidden, and
// from one whose interpreter is missing or hidden.
func (p *Plan) explainMissing(e *Error) {
	e.Code = CommandNotFound
	facts := &files{known: map[string]rootfs.Kind{}}
	for _, candidate := range p.Paths {
		if !path.IsAbs(candidate) {
			candidate = path.Join(p.Dir, candidate)
		}
		if kind, err := facts.Stat(candidate); err == nil && kind == rootfs.File {
			p.explainUnseen(e, candidate)
			return
		}
	}
	e.Why = "there is no such command in any directory of PATH"
	if strings.Contains(p.Args[0], "/") {
		e.Why = "there is no such file inside"
	}
	e.Fix = "check the spelling; a directory of tools outside the usual ones is opened with --ro DIR"
}

// explainUnseen is for a file that exists outside.
func (p *Plan) explainUnseen(e *Error, file string) {
	if p.explainHidden(e, file, "") {
		return
	}
	if interpreter := interpreterOf(file); interpreter != "" && p.explainHidden(e, interpreter, file+" is there, but is a script for ") {
		return
	}
	e.Why = file + " is there, but the interpreter or loader it names is not"
	e.Fix = "look at its first line (head -1), or at: readelf -l " + file + " | grep interpreter"
}

// explainHidden says that a file of the host's, or what it is a link to, is private inside,
// if so.
func (p *Plan) explainHidden(e *Error, file, before string) bool {
	real, err := filepath.EvalSymlinks(file)
	if err != nil {
		return false
	}
	for _, at := range []string{file, real} {
		dir, private := p.privateAbove(at)
		if !private {
			continue
		}
		e.Why = before + at + ", which exists outside, but " + dir + " is private inside"
		switch {
		case at != file:
			e.Why = before + file + " is a link to " + at + ", which exists outside, but " + dir + " is private inside"
		case before == "":
			e.Why = at + " exists outside, but " + dir + " is private inside"
		}
		e.Fix = "open its directory: --ro " + path.Dir(at)
		return true
	}
	return false
}

// longestShebang is how much of a script the kernel reads for it (BINPRM_BUF_SIZE).
const longestShebang = 256

// interpreterOf is the program that the first line of a script names, "" if it isn't one. The
// file may be anything, and is opened only if that does nothing else.
func interpreterOf(file string) string {
	f, err := os.OpenFile(file, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	b, _ := io.ReadAll(io.LimitReader(f, longestShebang))
	line, _, _ := bytes.Cut(b, []byte("\n"))
	rest, ok := bytes.CutPrefix(line, []byte("#!"))
	words := strings.Fields(string(rest))
	if !ok || len(words) == 0 || !path.IsAbs(words[0]) {
		return ""
	}
	return words[0]
}
