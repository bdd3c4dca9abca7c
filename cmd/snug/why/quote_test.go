package why

import (
	"os/exec"
	"testing"
)

// TestQuote: a shell reads what was written, and a terminal has nothing to obey.
func TestQuote(t *testing.T) {
	for _, s := range []string{"/a/b", "", "/a b", "/it's", "/a\nb", "/\x1b[31m0", "/\xff7", "/a\u202eb", "/日本", "$(x)", "/a'\x01'\\", "~x", "-x", "/*"} {
		q := Quote(s)
		out, err := exec.Command("bash", "-c", "printf %s "+q).Output()
		if err != nil || string(out) != s && s != "-x" {
			t.Errorf("%q is written %s, which is read as %q (%v)", s, q, out, err)
		}
		for i := range len(q) {
			if q[i] < ' ' || q[i] == 0x7f {
				t.Errorf("%q has a control character", q)
			}
		}
	}
}
