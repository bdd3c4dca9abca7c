package idmap

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGrant(t *testing.T) {
	for _, c := range []struct {
		name        string
		lines, want []Range
	}{
		{"apart", []Range{{10, 5}, {0, 5}}, []Range{{10, 5}, {0, 5}}},
		{"touching", []Range{{0, 5}, {5, 5}}, []Range{{0, 5}, {5, 5}}},
		{"same", []Range{{0, 5}, {0, 5}}, []Range{{0, 5}}},
		{"overlapping", []Range{{0, 10}, {5, 10}}, []Range{{0, 15}}},
		{"overlapping downwards", []Range{{5, 10}, {0, 10}}, []Range{{0, 15}}},
		{"inside", []Range{{0, 10}, {3, 2}}, []Range{{0, 10}}},
		{"around", []Range{{3, 2}, {0, 10}}, []Range{{0, 10}}},
		{"bridging", []Range{{20, 5}, {50, 5}, {0, 5}, {3, 20}}, []Range{{0, 25}, {50, 5}}},
		{"to the last id", []Range{{0, 10}, {5, 4294967290}}, []Range{{0, 4294967295}}},
	} {
		var got []Range
		for _, r := range c.lines {
			got = grant(got, r)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestWithout(t *testing.T) {
	ranges := []Range{{10, 5}, {20, 1}}
	for id, want := range map[uint32][]Range{
		9:    {{10, 5}, {20, 1}},
		10:   {{11, 4}, {20, 1}},
		12:   {{10, 2}, {13, 2}, {20, 1}},
		14:   {{10, 4}, {20, 1}},
		15:   {{10, 5}, {20, 1}},
		20:   {{10, 5}},
		noID: {{10, 5}, {20, 1}},
	} {
		if diff := cmp.Diff(want, without(ranges, id)); diff != "" {
			t.Errorf("without %d (-want +got):\n%s", id, diff)
		}
	}
}

func TestFirstFree(t *testing.T) {
	for _, c := range []struct {
		taken []Range
		start uint32
	}{
		{nil, 100000},
		{[]Range{{0, 1000}}, 100000},
		{[]Range{{100000, 65536}}, 165536},
		{[]Range{{165536, 65536}, {100000, 65536}}, 231072},
		{[]Range{{231072, 65536}, {100000, 65536}}, 165536}, // the gap
		{[]Range{{100000, 65536}, {165537, 1}}, 165538},     // a gap too small
		{[]Range{{99000, 1001}}, 100001},
		{[]Range{{100000, 4294867295}}, 4294901759}, // none left: no nonsense at least
	} {
		want := Range{c.start, 65536}
		if got := firstFree(c.taken); got != want {
			t.Errorf("firstFree(%v) = %s, want %s", c.taken, got, want)
		}
	}
}
