package cgroupv2

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// What is no cgroup is not taken for one: it would take every limit and hold none.
func TestOpenDirRefuses(t *testing.T) {
	temp := t.TempDir()
	if err := os.WriteFile(temp+"/memory.max", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/sys/fs/cgroup", temp+"/link"); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		temp: unix.EMEDIUMTYPE, "/proc": unix.EMEDIUMTYPE, temp + "/memory.max": unix.ENOTDIR,
		temp + "/link": unix.ENOTDIR, temp + "/gone": unix.ENOENT,
	} {
		d, err := openDir(path)
		if !errors.Is(err, want) || d.fd != -1 {
			t.Errorf("%s: got %v, %v, want %v", path, d, err, want)
		}
	}
}

func TestField(t *testing.T) {
	const text = "populated 1\nfrozen 0\nfrozenish 7"
	for key, want := range map[string]string{"populated": "1", "frozen": "0", "froze": "", "frozenish": "7", "": ""} {
		if got, ok := field(text, key); got != want || ok != (want != "") {
			t.Errorf("%s: got %q, %v", key, got, ok)
		}
	}
}
