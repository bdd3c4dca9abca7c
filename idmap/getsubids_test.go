package idmap

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseGetsubids(t *testing.T) {
	for out, want := range map[string][]Range{
		"":                            nil,
		"0: alice 100000 65536\n":     {{100000, 65536}},
		"0: alice b 100000 65536\n":   {{100000, 65536}},
		"0: a 1 5\n1: a 9 1\n":        {{1, 5}, {9, 1}},
		"0: a 1 5\n1: a 3 5":          {{1, 7}},
		"0: 1000 100000 65536\n":      {{100000, 65536}},
		"0: x: y 0 4294967295\n":      {{0, 4294967295}},
		"10: alice@corp 100000 655\n": {{100000, 655}},
	} {
		got, err := parseGetsubids(out)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", out, err, diff)
		}
	}
}

func TestParseGetsubidsRefuses(t *testing.T) {
	for out, want := range map[string]string{
		"\n":                             `index "" is empty`,
		"0: alice\n":                     "line does not have four fields",
		"0: alice 5\n":                   "line does not have four fields",
		"0: 5 5\n":                       "line does not have four fields",
		"x: alice 5 5\n":                 `index "x" is not a decimal number`,
		"0: alice 5 0\n":                 "count is 0, so it grants nothing",
		"0: alice -5 1\n":                `start "-5" is not a decimal number`,
		"0: a 18446744073709551611 10\n": `start "18446744073709551611" is larger than 4294967295`, // for -5 in the file
	} {
		_, err := parseGetsubids(out)
		if e, ok := err.(*SyntaxError); !ok || e.Problem != want || e.Line != 1 {
			t.Errorf("%q: %v, want %s", out, err, want)
		}
	}
	_, err := parseGetsubids("0: alice 5 5\n1: alice 5\n")
	checkTexts(t, err, texts{
		"parse the output of getsubids, line 2: line does not have four fields",
		`"1: alice 5" is not a valid INDEX: NAME START COUNT`,
		"see what it prints: getsubids $(id -un)",
	})
}

func TestQueryError(t *testing.T) {
	late := fmt.Errorf("no answer within 10s: %w", context.DeadlineExceeded)
	s := Source{Files: etc("nsswitch.conf", "subid: sss\n"), Getsubids: func(Kind, string) (string, error) { return "", late }}
	_, err := s.Subordinate(UIDs, alice)
	checkTexts(t, err, texts{
		"look up the subordinate uids of alice: no answer within 10s: context deadline exceeded",
		`/etc/nsswitch.conf has subordinate ids come from "sss", and getsubids, which asks it, gave no answer`,
		"see what it says: getsubids alice",
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error("the timeout is lost")
	}
	_, err = s.Subordinate(GIDs, alice)
	if got := textsOf(t, err).Hint; got != "see what it says: getsubids -g alice" {
		t.Error(got)
	}
}
