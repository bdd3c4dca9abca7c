package store

import (
	"io"
	"os"
	"strings"
	"testing"
)

func contents(t *testing.T, d *Dir, name string) (all string) {
	t.Helper()
	fs, err := d.Logs(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fs {
		b, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		all += string(b)
		f.Close()
	}
	return all
}

// There is never more than was allowed, never less than half of it, and it is the last.
func TestLogIsBounded(t *testing.T) {
	d := open(t)
	l, err := d.NewLog("web", 100)
	if err != nil {
		t.Fatal(err)
	}
	var written strings.Builder
	for i, part := range []string{"a", strings.Repeat("b", 49), "c", strings.Repeat("0123456789", 30), "", strings.Repeat("x", 99)} {
		if n, err := io.WriteString(l, part); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
		written.WriteString(part)
		got := contents(t, d, "web")
		if len(got) > 100 || len(got) < min(written.Len(), 50) || !strings.HasSuffix(written.String(), got) {
			t.Errorf("%d: got %d bytes: %q", i, len(got), got)
		}
	}
	for _, name := range logsOf("web") {
		if info, err := os.Stat(d.Path() + "/" + name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestLogWithoutBound(t *testing.T) {
	d := open(t)
	l, err := d.NewLog("web", 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		io.WriteString(l, strings.Repeat("x", 1000))
	}
	if got := contents(t, d, "web"); len(got) != 100_000 {
		t.Errorf("got %d bytes", len(got))
	}
}

// A command goes on printing whatever becomes of its log.
func TestLogWithoutDirectory(t *testing.T) {
	d := open(t)
	l, err := d.NewLog("web", 100)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(d.Path()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if n, err := io.WriteString(l, strings.Repeat("x", 60)); n != 60 || err != nil {
			t.Error(n, err)
		}
	}
}

// Who follows is told of the new file, and nobody writes through a link.
func TestLogTurns(t *testing.T) {
	d := open(t)
	l, err := d.NewLog("web", 100)
	if err != nil {
		t.Fatal(err)
	}
	fs, err := d.Logs("web")
	if err != nil || len(fs) != 1 || d.Reopened("web", fs[0]) != nil {
		t.Fatal(fs, err)
	}
	io.WriteString(l, strings.Repeat("x", 60))
	if f := d.Reopened("web", fs[0]); f == nil {
		t.Error("it is the same file")
	}
	victim := t.TempDir() + "/victim"
	os.Remove(d.Path() + "/other.log")
	if err := os.Symlink(victim, d.Path()+"/web2.log"); err != nil {
		t.Fatal(err)
	}
	l2, err := d.NewLog("web2", 0)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(l2, "x")
	if _, err := os.Stat(victim); err == nil {
		t.Error("it wrote through a link")
	}
}
