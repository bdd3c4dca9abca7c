package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"snug/userns"
	"snug/userns/rootfs"
)

func TestVolume(t *testing.T) {
	cwd, err := userns.CurrentProject()
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]rootfs.Mount{
		"/a:/b":        {Source: "/a", Target: "/b"},
		"/a:/b:ro":     {Source: "/a", Target: "/b", ReadOnly: true},
		"/a:/b:rw":     {Source: "/a", Target: "/b"},
		"/a:/b:":       {Source: "/a", Target: "/b"},
		"a/../b:/c":    {Source: cwd + "/b", Target: "/c"},
		"./a b:/c d":   {Source: cwd + "/a b", Target: "/c d"},
		"/a:":          {Source: "/a"}, // Resolve refuses an empty target
		"/a:relative":  {Source: "/a", Target: "relative"},
		"/\xff\n:/b\n": {Source: "/\xff\n", Target: "/b\n"},
	} {
		var got rootfs.Mount
		if err := volume(&got, s); err != nil {
			t.Errorf("%q: %v", s, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", s, diff)
		}
	}
	for _, s := range []string{"", "/a", "/a:/b:z", "/a:/b:ro,z", "/a:/b:ro:", "a:b:c:d", ":/b", "::"} {
		var got rootfs.Mount
		if err := volume(&got, s); err == nil {
			t.Errorf("%q: got %+v, want an error", s, got)
		}
	}
}
