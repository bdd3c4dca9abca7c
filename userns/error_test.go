package userns

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestErrorIsOneSafeLine(t *testing.T) {
	for _, c := range []struct {
		e    Error
		want string
	}{
		{Error{Do: "run"}, "run"},
		{Error{Do: "run", On: "x", Err: unix.ENOENT}, "run x: no such file or directory"},
		{Error{Do: "bind", On: "/a\n\x1b[31m\x7f/\u009b1m"}, "bind /a??[31m?/?1m"},
		{Error{Do: "bind", On: "/ü/\t"}, "bind /ü/?"},
		{Error{Do: "run", On: strings.Repeat("x", 400)}, "run " + strings.Repeat("x", 300) + "..."},
	} {
		if got := c.e.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestErrorUnwraps(t *testing.T) {
	e := &Error{Do: "run", Err: unix.EPERM, Why: "why", Fix: "fix"}
	if !errors.Is(e, unix.EPERM) || e.Cause() != "why" || e.Hint() != "fix" {
		t.Errorf("got %+v", e)
	}
	if !e.is(unix.ENOENT, unix.EPERM) || e.is(unix.ENOENT) || e.is() {
		t.Error("is")
	}
}
