package seccomp

import (
	"fmt"
	"strings"
	"testing"
)

// TestAgreeGroups tries what random profiles seldom hit: rules that share conditions, with
// and without more of them, in every order of four.
func TestAgreeGroups(t *testing.T) {
	rules := []string{
		"allow read if arg0 == 1 and arg1 == 2",
		"allow read if arg0 == 1",
		"log read if arg0 == 1 and arg1 == 2",
		"allow read if arg0 == 1,2 and arg1 == 2,3",
		"errno EPERM read if arg0 == 2",
		"allow read",
	}
	d := newDice(7)
	for i := range len(rules) * len(rules) * len(rules) * len(rules) {
		var text strings.Builder
		text.WriteString("default kill\n")
		for range 4 {
			fmt.Fprintln(&text, rules[i%len(rules)])
			i /= len(rules)
		}
		p, err := ParseText(text.String())
		if err != nil {
			t.Fatal(err)
		}
		agree(t, d, p, Target{Arches: []Arch{ArchAMD64}}, 60)
	}
}
