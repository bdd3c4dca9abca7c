package seccomp

import (
	"bytes"
	"encoding/json"
	"testing"

	"golang.org/x/sys/unix"
)

// A settled profile decides as the profile does on that target, and has no scope left that
// a runtime would have to know.
func TestSettle(t *testing.T) {
	p, err := DefaultProfile(Strict)
	if err != nil {
		t.Fatal(err)
	}
	p.Prepend(
		Rule{Names: []string{"mount"}, Action: Allow, Only: Scope{Caps: 1 << unix.CAP_SYS_ADMIN}},
		Rule{Names: []string{"getpid"}, Action: Errno(unix.EPERM), Except: Scope{Caps: 1 << unix.CAP_SYS_ADMIN}},
		Rule{Names: []string{"getppid"}, Action: Errno(unix.EPERM), Only: Scope{Since: Kernel{6, 0}}},
	)
	for _, target := range []Target{{}, {Caps: 1 << unix.CAP_SYS_ADMIN}, {Kernel: Kernel{6, 1}}} {
		settled, err := p.Settle(target)
		if err != nil {
			t.Fatal(err)
		}
		want, err := Compile(p, target)
		if err != nil {
			t.Fatal(err)
		}
		// For nobody and nothing: a rule that still had a scope would be lost here.
		got, err := Compile(settled, Target{})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range Native().Names() {
			number, _ := Native().Number(name)
			c := Call{Number: number, Arch: Native().Audit()}
			if g, w := got.Decide(&c), want.Decide(&c); g != w {
				t.Errorf("%+v: %s: got %v, want %v", target, name, g, w)
			}
		}
		text, err := settled.JSON()
		if err != nil || !json.Valid(text) {
			t.Fatalf("%+v: %v, %.200s", target, err, text)
		}
		for _, scope := range []string{`"includes"`, `"excludes"`} {
			if bytes.Contains(text, []byte(scope)) {
				t.Errorf("%+v: %s is left", target, scope)
			}
		}
	}
}
