package profile

import (
	"bytes"
	real "crypto/sha256"
	"encoding/hex"
	"testing"
)

func TestAllowed(t *testing.T) {
	a := ParseAllowed(nil)
	odd := "/p\nq\xff\"/.snug.toml"
	a.Allow("/p/.snug.toml", []byte("one"))
	a.Allow(odd, []byte("two"))
	a = ParseAllowed([]byte(a.String() + "garbage\n" + Sum([]byte("x")) + " unquoted\nabcd \"/short\"\n\n"))
	if a.Len() != 2 {
		t.Errorf("%d files: %q", a.Len(), a)
	}
	for _, c := range []struct {
		path, text     string
		allowed, known bool
	}{
		{"/p/.snug.toml", "one", true, true},
		{"/p/.snug.toml", "one ", false, true},
		{"/p/.snug.toml", "two", false, true},
		{"/q/.snug.toml", "one", false, false},
		{"/p/.snug.tom", "one", false, false},
		{odd, "two", true, true},
	} {
		if ok, known := a.Has(c.path, []byte(c.text)); ok != c.allowed || known != c.known {
			t.Errorf("%q %q: %v, %v", c.path, c.text, ok, known)
		}
	}
	a.Allow("/p/.snug.toml", []byte("three"))
	if ok, _ := a.Has("/p/.snug.toml", []byte("one")); ok || a.Len() != 2 {
		t.Error("what was allowed before is allowed still")
	}
	if !a.Deny(odd) || a.Deny(odd) || a.Len() != 1 {
		t.Error("what is denied is there still, or was denied twice")
	}
}

// Every length around the ends of blocks.
func TestSum(t *testing.T) {
	for n := range 300 {
		text := bytes.Repeat([]byte{byte(n)}, n)
		if want := real.Sum256(text); Sum(text) != hex.EncodeToString(want[:]) {
			t.Fatalf("%d bytes: got %s, want %x", n, Sum(text), want)
		}
	}
}

func FuzzSum(f *testing.F) {
	f.Add([]byte("abc"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if want := real.Sum256(text); Sum(text) != hex.EncodeToString(want[:]) {
			t.Errorf("%q: got %s, want %x", text, Sum(text), want)
		}
	})
}
