package userns

import (
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// DefaultPath is where commands are looked for without a PATH.
const DefaultPath = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"

// resolveCommand lists where the command may be. Which of them it is can only
// be seen inside, by trying.
func resolveCommand(p *Plan, spec *Spec, h *Host) error {
	name := spec.Args[0]
	if strings.Contains(name, "/") {
		p.Paths = []string{name}
		return nil
	}
	for dir := range strings.SplitSeq((&environment{p.Env}).get("PATH"), ":") {
		// An empty or relative entry would mean the current directory, where
		// an untrusted project can put a file of any name.
		if path.IsAbs(dir) {
			p.Paths = append(p.Paths, path.Join(dir, name))
		}
	}
	if len(p.Paths) == 0 {
		return &Error{Do: "find", On: name, Err: unix.ENOENT, Code: CommandNotFound,
			Why: "PATH names no directory to look in", Fix: "set PATH, or give the command's path from / on"}
	}
	return nil
}
