package seccomp

import (
	"strings"
	"testing"
)

// forms write a profile and read it back.
var forms = map[string]func(*Profile) (*Profile, error){
	"text": func(p *Profile) (*Profile, error) { return ParseText(p.Text()) },
	"JSON": func(p *Profile) (*Profile, error) {
		text, err := p.JSON()
		if err != nil {
			return nil, err
		}
		return ParseJSON(text)
	},
}

// same writes and reads a profile and asks both for what they say of random calls. The
// filter of what was JSON may be too long for a kernel, so the naive evaluator speaks for it.
func same(t *testing.T, d dice, p *Profile, calls int) (tooLong int) {
	t.Helper()
	for form, rewrite := range forms {
		again, err := rewrite(p)
		if err != nil && strings.Contains(err.Error(), "entries of JSON") {
			tooLong++
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", form, err)
		}
		for _, target := range targets(d) {
			before, after := newNaive(p, target), newNaive(again, target)
			for range calls {
				a := pick(d, target.Arches)
				c := d.call(p, a, before.rules)
				if got, want := after.decide(c), before.decide(c); got != want {
					t.Fatalf("%s, %v, %s %+v: %s, want %s", form, target, a.Name(c.Number), c, got, want)
				}
			}
		}
	}
	return tooLong
}

func TestWrittenAlike(t *testing.T) {
	t.Parallel()
	for i, p := range []*Profile{dockers(t), defaultProfile(t, Strict), defaultProfile(t, Userns)} {
		if same(t, newDice(uint64(i)), p, 2000) > 0 {
			t.Error("profile", i, "is too long for JSON")
		}
	}
}

func TestWrittenAlikeRandom(t *testing.T) {
	t.Parallel()
	tooLong := 0
	for seed := range uint64(50) {
		d := newDice(2000 + seed)
		tooLong += same(t, d, d.profile(), 100)
	}
	if tooLong > 10 {
		t.Error(tooLong, "of 50 profiles were too long for JSON")
	}
}
