package idmap

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

func TestNew(t *testing.T) {
	for _, m := range []Map{
		{{0, 1000, 1}},
		{{0, 1000, 1}, {1, 100000, 65536}},
		{{1, 100000, 65536}, {0, 1000, 1}}, // the order is the caller's
		{{0, 0, 4294967295}},
		{{4294967294, 4294967294, 1}},
		{{0, 10, 10}, {10, 0, 10}},
	} {
		got, err := New(m...)
		if diff := cmp.Diff(m, got); err != nil || diff != "" {
			t.Errorf("New(%s): %v\n%s", m, err, diff)
		}
	}
}

func TestNewCopies(t *testing.T) {
	extents := []Extent{{0, 1000, 1}}
	m, _ := New(extents...)
	extents[0].Count = 0
	if m[0].Count != 1 {
		t.Error("the map changed with its caller's slice")
	}
}

func TestNewRefuses(t *testing.T) {
	whole := "an extent is one id or more, from 0 to 4294967294 on both sides"
	once := "an id may stand once on each side of a map"
	write := "correct the extent: inner:outer:count, for example 0:1000:1"
	for _, c := range []struct {
		m    Map
		want texts
	}{
		{nil, texts{"make id map: it has no extents", "the kernel wants at least one line", "give at least one extent, such as 0:1000:1"}},
		{Map{{0, 1000, 0}}, texts{"make id map: 0:1000:0: count is 0, so it maps nothing", whole, write}},
		{Map{{0, 4294967295, 1}}, texts{"make id map: 0:4294967295:1: outer ids run past 4294967294, the last id", whole, write}},
		{Map{{4294967295, 0, 1}}, texts{"make id map: 4294967295:0:1: inner ids run past 4294967294, the last id", whole, write}},
		{
			Map{{0, 1000, 1}, {0, 100000, 65536}},
			texts{"make id map: 0:1000:1 and 0:100000:65536 share inner id 0", once, "change the inner start or the count of 0:1000:1 or 0:100000:65536"},
		},
		{
			Map{{0, 100005, 1}, {5, 7, 1}, {10, 100000, 10}},
			texts{"make id map: 0:100005:1 and 10:100000:10 share outer id 100005", once, "change the outer start or the count of 0:100005:1 or 10:100000:10"},
		},
	} {
		_, err := New(c.m...)
		checkTexts(t, err, c.want)
		if err.(*MapError).Unwrap() != unix.EINVAL {
			t.Errorf("New(%s): no EINVAL", c.m)
		}
	}
}

// spread makes n extents that neither touch nor overlap.
func spread(n int, start uint32) Map {
	m := make(Map, n)
	for i := range m {
		m[i] = Extent{uint32(i), start + 2*uint32(i), 1}
	}
	return m
}

func TestNewLimits(t *testing.T) {
	if _, err := New(spread(340, 1000)...); err != nil && os.Getpagesize() > 4096 {
		t.Errorf("340 extents: %v", err)
	}
	long := texts{
		"make id map: it has more than 340 extents",
		"the kernel takes a map in one write, at most 340 lines and less than a page",
		"merge neighbouring extents, or map fewer ranges",
	}
	_, err := New(spread(341, 1000)...)
	checkTexts(t, err, long)
}

// The text has to be shorter than a page, and not one byte less is refused.
func TestNewPage(t *testing.T) {
	m := spread(maxExtents, 3000000000)
	fits := m
	for len(fits.Procfs()) >= os.Getpagesize() {
		fits = fits[:len(fits)-1]
	}
	if _, err := New(fits...); err != nil {
		t.Errorf("%d bytes: %v", len(fits.Procfs()), err)
	}
	if len(fits) == len(m) {
		t.Skip("340 extents fit into a page here")
	}
	_, err := New(m[:len(fits)+1]...)
	if got, want := textsOf(t, err).Error, "make id map: its text does not fit into a page of memory"; got != want {
		t.Errorf("%d bytes: %s", len(m[:len(fits)+1].Procfs()), got)
	}
}

func TestMapString(t *testing.T) {
	for _, c := range []struct {
		m              Map
		String, Procfs string
	}{
		{nil, "", ""},
		{Single(0, 1000), "0:1000:1", "0 1000 1\n"},
		{Map{{0, 1000, 1}, {1, 100000, 65536}}, "0:1000:1,1:100000:65536", "0 1000 1\n1 100000 65536\n"},
	} {
		if c.m.String() != c.String || c.m.Procfs() != c.Procfs {
			t.Errorf("got %q and %q, want %q and %q", c.m.String(), c.m.Procfs(), c.String, c.Procfs)
		}
	}
}
