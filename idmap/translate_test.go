package idmap

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

func TestTranslate(t *testing.T) {
	m := Map{{0, 1000, 1}, {1, 100000, 65536}}
	for inner, outer := range map[uint32]uint32{0: 1000, 1: 100000, 65536: 165535, 1000: 100999} {
		if got, ok := m.ToOuter(inner); got != outer || !ok {
			t.Errorf("ToOuter(%d) = %d, %t, want %d", inner, got, ok, outer)
		}
		if got, ok := m.ToInner(outer); got != inner || !ok {
			t.Errorf("ToInner(%d) = %d, %t, want %d", outer, got, ok, inner)
		}
	}
	for _, id := range []uint32{65537, noID} {
		if got, ok := m.ToOuter(id); ok {
			t.Errorf("ToOuter(%d) = %d", id, got)
		}
	}
	for _, id := range []uint32{0, 999, 1001, 99999, 165536, noID} {
		if got, ok := m.ToInner(id); ok {
			t.Errorf("ToInner(%d) = %d", id, got)
		}
	}
	if _, ok := (Map{{0, 0, noID}}).ToOuter(noID); ok {
		t.Error("4294967295 is an id")
	}
}

func TestCompose(t *testing.T) {
	parent := Map{{0, 1000, 1}, {1, 100000, 65536}}
	for _, c := range []struct{ m, want Map }{
		{Map{{0, 0, 1}}, Map{{0, 1000, 1}}},
		{Map{{1000, 0, 1}}, Map{{1000, 1000, 1}}},
		{Map{{0, 0, 65537}}, Map{{0, 1000, 1}, {1, 100000, 65536}}}, // split
		{Map{{5, 65535, 2}, {0, 0, 2}}, Map{{5, 165534, 2}, {0, 1000, 1}, {1, 100000, 1}}},
	} {
		got, err := c.m.Compose(parent)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", c.m, err, diff)
		}
	}
}

func TestComposeUnmapped(t *testing.T) {
	parent := Map{{0, 1000, 1}, {1, 100000, 65536}}
	_, err := Map{{0, 0, 65538}}.Compose(parent)
	checkTexts(t, err, texts{
		"compose id map 0:0:65538: id 65537 has no mapping in the parent",
		"the parent namespace has the map 0:1000:1,1:100000:65536, and only its inner ids exist there",
		"choose outer ids that the parent maps: cat /proc/self/uid_map /proc/self/gid_map",
	})
	if e := err.(*UnmappedError); e.ID != 65537 || e.Unwrap() != unix.EPERM {
		t.Errorf("got id %d and %v", e.ID, e.Unwrap())
	}
	_, err = Single(0, 1000).Compose(nil)
	if got := textsOf(t, err).Cause; got != "the parent namespace maps no ids at all" {
		t.Error(got)
	}
	_, err = Single(0, 1000).Compose(spread(10, 5))
	if got := textsOf(t, err).Cause; got != "the parent namespace has the map 0:5:1,1:7:1,2:9:1,3:11:1 and 6 more, and only its inner ids exist there" {
		t.Error(got)
	}
}

func TestComposeTooMany(t *testing.T) {
	parent := slices.Concat(spread(200, 1000), Map{{200, 100000, 1}})
	m := Map{{0, 0, 200}, {200, 200, 1}}
	if _, err := m.Compose(parent); err != nil {
		t.Error(err)
	}
	wide := spread(341, 1000) // more than New lets through
	_, err := Map{{0, 0, 341}}.Compose(wide)
	if got := textsOf(t, err).Error; got != "make id map: it has more than 340 extents" {
		t.Error(got)
	}
	if _, err := (Map{}).Compose(parent); textsOf(t, err).Error != "make id map: it has no extents" {
		t.Error(err)
	}
}

// randomMap has extents of random size and order, some of them touching.
func randomMap(r *rand.Rand, lines int) Map {
	starts := func(counts []uint32) []uint32 {
		order, at, out := r.Perm(len(counts)), r.Uint32N(50), make([]uint32, len(counts))
		for _, i := range order {
			out[i] = at
			at += counts[i] + r.Uint32N(2)*r.Uint32N(20)
		}
		return out
	}
	counts := make([]uint32, lines)
	for i := range counts {
		counts[i] = 1 + r.Uint32N(40)
	}
	inner, outer, m := starts(counts), starts(counts), make(Map, lines)
	for i := range m {
		m[i] = Extent{inner[i], outer[i], counts[i]}
	}
	return m
}

// Composing and translating once is translating twice.
func TestComposeAgrees(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	composed := 0
	for range 5000 {
		m, parent := randomMap(r, 1+r.IntN(3)), randomMap(r, 1+r.IntN(6))
		both, err := m.Compose(parent)
		if err != nil {
			e := err.(*UnmappedError)
			if _, ok := parent.ToOuter(e.ID); ok {
				t.Fatalf("%s through %s: %v, but it has", m, parent, err)
			}
			continue
		}
		composed++
		for range 100 {
			id := r.Uint32N(300)
			checkAgreement(t, m, parent, both, id)
		}
	}
	if composed < 100 {
		t.Errorf("only %d maps could be composed: the test tests little", composed)
	}
}

func checkAgreement(t *testing.T, m, parent, both Map, id uint32) {
	t.Helper()
	middle, ok := m.ToOuter(id)
	want, through := parent.ToOuter(middle)
	got, mapped := both.ToOuter(id)
	if mapped != (ok && through) || mapped && got != want {
		t.Fatalf("%s through %s is %s: %d becomes %d, %t; in two steps %d, %t", m, parent, both, id, got, mapped, want, ok)
	}
	if back, known := both.ToInner(got); mapped && (!known || back != id) {
		t.Fatalf("%s: %d becomes %d and comes back as %d", both, id, got, back)
	}
}
