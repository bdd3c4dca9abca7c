package confine

import (
	"slices"
	"testing"

	"snug/test/confine/check"
)

// Test asks snug in one way, and makes a test of each check: what leaks although
// nobody allowed it, and what is allowed and doesn't leak (any more).
func Test(t *testing.T, c Contestant) {
	found := ask(t, &c)
	for _, row := range rows() {
		t.Run(row.Name, func(t *testing.T) {
			o, open := found[row.Name], allows(row.Name)
			switch {
			case o.verdict == "open" && !open:
				t.Errorf("against %s, want: %s; got: %s", row.Threat, row.Want, o.what)
			case o.verdict == "closed" && open:
				t.Error("it is closed: strike it from the list of what is allowed, and from README.md")
			case o.verdict == "":
				t.Error("nothing was reported")
			}
		})
	}
}

// rows are all checks, those included that are made by themselves.
func rows() []check.Check { return append(slices.Clone(check.All), check.Streams, check.ForkBomb) }

func allows(name string) bool {
	return slices.ContainsFunc(allowed, func(a allowance) bool { return a.name == name })
}
