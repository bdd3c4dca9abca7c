package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/sys/unix"

	"snug/seccomp"
)

// peerBuilder is the program of libseccomp/build.c, which is built beside this one.
func peerBuilder() string {
	self, err := os.Executable()
	if err != nil {
		return "libseccomp-build"
	}
	return filepath.Join(filepath.Dir(self), "libseccomp-build")
}

// peerFilter is what libseccomp makes of a profile.
type peerFilter struct {
	program
	refused int     // rules it wouldn't take
	took    float64 // microseconds to build it
}

// buildPeer has libseccomp build a filter: "tree", its binary tree, or "linear", its default.
func buildPeer(kind string, p *seccomp.Profile, rules []peerRule) (f peerFilter, err error) {
	var text bytes.Buffer
	writeRules(&text, p, rules)
	file := "libseccomp-" + kind
	cmd := exec.Command(peerBuilder(), kind, file)
	cmd.Stdin, cmd.Stderr = &text, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return f, fmt.Errorf("%s %s: %w", peerBuilder(), kind, err)
	}
	if _, err := fmt.Sscan(string(out), &f.refused, &f.took); err != nil {
		return f, fmt.Errorf("%s printed %q: %w", peerBuilder(), out, err)
	}
	f.took /= 1e3
	raw, err := os.ReadFile(file)
	if err != nil {
		return f, err
	}
	f.name = "libseccomp, " + map[string]string{"tree": "binary tree", "linear": "linear"}[kind]
	f.code = make([]unix.SockFilter, len(raw)/binary.Size(unix.SockFilter{}))
	_, err = binary.Decode(raw, binary.NativeEndian, f.code)
	return f, err
}
