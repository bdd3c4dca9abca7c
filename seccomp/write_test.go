package seccomp

import "testing"

// forms write a profile and read it back.
var forms = map[string]func(*Profile) (*Profile, error){
	"text": func(p *Profile) (*Profile, error) { return ParseText(p.Text()) },
}

// same writes and reads a profile and asks what came back about random calls.
func same(t *testing.T, d dice, p *Profile, calls int) {
	t.Helper()
	for form, rewrite := range forms {
		again, err := rewrite(p)
		if err != nil {
			t.Fatalf("%s: %v", form, err)
		}
		for _, target := range targets(d) {
			means(t, d, again, p, target, calls)
		}
	}
}

func TestWrittenAlike(t *testing.T) {
	for i, p := range []*Profile{dockers(t), defaultProfile(t, Strict), defaultProfile(t, Userns)} {
		same(t, newDice(uint64(i)), p, 3000)
	}
}

func TestWrittenAlikeRandom(t *testing.T) {
	for seed := range uint64(60) {
		d := newDice(2000 + seed)
		same(t, d, d.profile(), 200)
	}
}
