package idmap

import (
	"math/rand/v2"
	"testing"

	"golang.org/x/sys/unix"
)

func TestCheckGrant(t *testing.T) {
	ranges := []Range{{100000, 65536}}
	for _, m := range []Map{
		{{0, 1000, 1}},
		{{0, 1000, 1}, {1, 100000, 65536}},
		{{7, 165535, 1}, {0, 100000, 5}},
		nil,
	} {
		if err := m.CheckGrant(1000, ranges); err != nil {
			t.Errorf("%s: %v", m, err)
		}
	}
	// Across ranges in any order, as newuidmap 4.13 does it.
	if err := (Map{{0, 100000, 20}}).CheckGrant(1000, []Range{{100010, 10}, {100000, 10}}); err != nil {
		t.Error(err)
	}
	if err := (Map{{0, 100000, 15}}).CheckGrant(1000, []Range{{100000, 10}, {100005, 10}}); err != nil {
		t.Error(err)
	}
}

func TestCheckGrantRefuses(t *testing.T) {
	ranges := []Range{{100000, 65536}, {300000, 10}}
	granted := "you may map your own id 1000, and 100000-165535, 300000-300009"
	for _, c := range []struct {
		m    Map
		id   uint32
		want texts
	}{
		{Map{{0, 1000, 1}, {1, 200000, 10}}, 200000, texts{
			"map 1:200000:10: outer id 200000 is not granted", granted,
			"choose outer ids that are granted, or as root, if 200000-200009 are nobody's: usermod --add-subuids 200000-200009 NAME (--add-subgids for groups)",
		}},
		{Map{{0, 100000, 65537}}, 165536, texts{
			"map 0:100000:65537: outer id 165536 is not granted", granted,
			"choose outer ids that are granted, or as root, if 165536-165536 are nobody's: usermod --add-subuids 165536-165536 NAME (--add-subgids for groups)",
		}},
		{Map{{0, 0, 1}}, 0, texts{
			"map 0:0:1: outer id 0 is not granted", granted,
			"choose outer ids that are granted; those below 100000 are for the accounts of this machine",
		}},
		// newuidmap 4.13: "uid range [0-2) -> [1000-1002) not allowed"
		{Map{{0, 1000, 2}}, 1000, texts{
			"map 0:1000:2: outer id 1000 is not granted",
			"1000 is your own id, which newuidmap accepts only as an extent by itself",
			"map it apart: 0:1000:1",
		}},
	} {
		err := c.m.CheckGrant(1000, ranges)
		checkTexts(t, err, c.want)
		if e := err.(*NotGrantedError); e.ID != c.id || e.Unwrap() != unix.EPERM {
			t.Errorf("%s: id %d and %v", c.m, e.ID, e.Unwrap())
		}
	}
	err := Single(0, 0).CheckGrant(1000, nil)
	if got := textsOf(t, err).Cause; got != "your own id 1000 is all you may map" {
		t.Error(got)
	}
	err = Single(0, 0).CheckGrant(1000, []Range{{1, 1}, {3, 1}, {5, 1}, {7, 1}, {9, 1}, {11, 1}})
	if got := textsOf(t, err).Cause; got != "you may map your own id 1000, and 1-1, 3-3, 5-5, 7-7, 2 ranges more" {
		t.Error(got)
	}
}

// The walk over ranges agrees with asking for every id.
func TestCheckGrantAgrees(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		ranges := make([]Range, r.IntN(5))
		for i := range ranges {
			ranges[i] = Range{r.Uint32N(40), 1 + r.Uint32N(10)}
		}
		e := Extent{0, r.Uint32N(40), 1 + r.Uint32N(12)}
		id, missing := firstMissing(e, ranges)
		wantID, wantMissing := firstMissingSlowly(e, ranges)
		if id != wantID || missing != wantMissing {
			t.Fatalf("%s of %v: %d, %t; want %d, %t", e, ranges, id, missing, wantID, wantMissing)
		}
	}
}

func firstMissingSlowly(e Extent, ranges []Range) (uint32, bool) {
	for id := e.Outer; id < e.Outer+e.Count; id++ {
		if !has(ranges, id) {
			return id, true
		}
	}
	return 0, false
}

func has(ranges []Range, id uint32) bool {
	for _, r := range ranges {
		if r.intersects(Range{id, 1}) {
			return true
		}
	}
	return false
}
