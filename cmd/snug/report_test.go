package main

import (
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"snug/userns"
)

func TestReport(t *testing.T) {
	for _, test := range []struct {
		err    error
		want   string
		status int
	}{
		{&userns.Error{Do: "mount proc on", On: "/proc", Err: unix.EPERM, Why: "why", Fix: "fix"},
			"snug: error: mount proc on /proc: operation not permitted\n  cause: why\n  fix: fix\n", 125},
		{&userns.Error{Do: "run", On: "x", Err: unix.ENOENT, Code: userns.CommandNotFound},
			"snug: error: run x: no such file or directory\n", 127},
		{&userns.Error{Do: "run", On: "x\x1b[2J", Err: unix.EACCES, Code: userns.CommandNotRunable},
			"snug: error: run x?[2J: permission denied\n", 126},
		{&conflict{"--a and --b", "leave one out"}, "snug: error: --a and --b exclude each other\n  cause: each says something different about the same thing\n  fix: leave one out\n", 125},
	} {
		var b strings.Builder
		if status := report(&b, test.err); status != test.status {
			t.Errorf("%v: status %d, want %d", test.err, status, test.status)
		}
		if b.String() != test.want {
			t.Errorf("got:\n%swant:\n%s", b.String(), test.want)
		}
	}
}

func TestReportJSON(t *testing.T) {
	var b strings.Builder
	reportJSON(&b, &userns.Error{Do: "run", On: "x", Err: unix.ENOENT, Why: "w", Fix: "f", Code: userns.CommandNotFound})
	var e jsonError
	if err := json.Unmarshal([]byte(b.String()), &e); err != nil {
		t.Fatal(err)
	}
	if e.Schema != 1 || e.Error.Errno != "ENOENT" || e.Error.Cause != "w" || e.Error.Fix != "f" {
		t.Errorf("got %+v", e)
	}
}

func TestQuoted(t *testing.T) {
	if got, want := quoted([]string{"a", "", "b c", `d"e`}), `a "" "b c" "d\"e"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
