package jsontext

import (
	"encoding/json"
	"testing"
)

func FuzzString(f *testing.F) {
	for _, s := range []string{"", "a", "a\"\\/\x00\x1f\x7f\u2028é\xff\xc3(\ufffd", "\xed\xa0\x80", "\n\t<&>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		theirs, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var want, got string
		if err := json.Unmarshal(theirs, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(String(nil, s), &got); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", s, got, err, want)
		}
	})
}

func TestMembers(t *testing.T) {
	b := Flag([]byte("{"), "no", false)
	b = Number(b, "n", 1<<64-1)
	b = Flag(b, "yes", true)
	b = append(Strings(Key(b, "list"), []string{"a", "b"}), ',')
	b = append(Strings(append(b, `"none":`...), nil), '}')
	if want := `{"n":18446744073709551615,"yes":true,"list":["a","b"],"none":[]}`; string(b) != want {
		t.Errorf("got %s", b)
	}
}
