package idmap

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAuto(t *testing.T) {
	for _, c := range []struct {
		own    uint32
		ranges []Range
		want   string
	}{
		{1000, nil, "0:1000:1"},
		{1000, []Range{{100000, 65536}}, "0:1000:1,1:100000:65536"},
		{1000, []Range{{300000, 10}, {100000, 5}}, "0:1000:1,1:300000:10,11:100000:5"},
		{1000, []Range{{1, 65535}}, "0:1000:1,1:1:999,1000:1001:64535"}, // own inside
		{0, []Range{{0, 4294967295}}, "0:0:1,1:1:4294967294"},
	} {
		m, err := Auto(c.own, c.ranges)
		if diff := cmp.Diff(c.want, m.String()); err != nil || diff != "" {
			t.Errorf("Auto(%d, %v): %v\n%s", c.own, c.ranges, err, diff)
		}
		if err := m.CheckGrant(c.own, c.ranges); err != nil {
			t.Error(err)
		}
	}
}

func TestAutoRefuses(t *testing.T) {
	_, err := Auto(1000, []Range{{100000, 5}, {100004, 5}})
	if got := textsOf(t, err).Error; got != "make id map: 1:100000:5 and 6:100004:5 share outer id 100004" {
		t.Error(got)
	}
	for _, ranges := range [][]Range{{{1, 4000000000}, {0, 4294967295}, {5, 4294967290}}, {{0, 4294967295}, {0, 2}}} {
		_, err = Auto(1000, ranges)
		checkTexts(t, err, texts{"make id map: the ranges hold more ids than there are", "inner ids go from 0 to 4294967294", "map fewer ranges"})
	}
	many := make([]Range, 340)
	for i := range many {
		many[i] = Range{100000 + 2*uint32(i), 1}
	}
	_, err = Auto(1000, many)
	if got := textsOf(t, err).Error; got != "make id map: it has more than 340 extents" {
		t.Error(got)
	}
}

func TestNeedsHelper(t *testing.T) {
	for _, c := range []struct {
		m    Map
		want bool
	}{
		{Single(0, 1000), false},
		{Single(1000, 1000), false},
		{Single(0, 1001), true},
		{Map{{0, 1000, 2}}, true},
		{Map{{0, 1000, 1}, {1, 100000, 1}}, true},
		{nil, true},
	} {
		if got := c.m.NeedsHelper(1000); got != c.want {
			t.Errorf("%s: NeedsHelper = %t", c.m, got)
		}
	}
}
